import * as z from "zod";
import { byteLength, canonicalJson, canonicalText, contentHash, INLINE_BYTES } from "./content.ts";
import type { RegistryDeps } from "./deps.ts";
import { type AuditRow, type Entry, KINDS, nameSchema, type Who } from "./entry.ts";
import { firstIssue, whoSchema } from "./fault.ts";
import { settle } from "./settle.ts";

/** Characters of the canonical JSON of all parameters. */
const PARAMETERS_LENGTH = 8_192;

const definitionSchema = z.strictObject({
  app: nameSchema,
  kind: z.enum(KINDS),
  version: nameSchema,
  /** The content itself; hashed, and kept unless `uri` says where it is. */
  text: z.string(),
  uri: z.string().min(1).max(1_024).nullable(),
  modelId: nameSchema.nullable(),
  parameters: z.record(z.string(), z.json()),
  /** Version it replaces; `undefined` for what is in production. */
  previous: nameSchema.optional(),
});
export type Definition = z.infer<typeof definitionSchema>;

export type Registered =
  | { readonly kind: "added"; readonly entry: Entry }
  | { readonly kind: "unchanged"; readonly entry: Entry }
  | { readonly kind: "refused"; readonly reason: string };

const refused = (reason: string): Registered => ({ kind: "refused", reason });

/** In one line why a definition cannot be registered at all. */
function fault(definition: Definition, who: Who): string | undefined {
  const wrong = firstIssue(definitionSchema, definition) ?? firstIssue(whoSchema, who);
  if (wrong !== undefined) return wrong;
  const { kind, modelId, text, uri, parameters, version, previous } = definition;
  if (kind === "model" && modelId === null) return `model version ${version} needs a model id`;
  if (text === "") return `the content of ${version} is empty`;
  if (previous === version) return `${version} cannot replace itself`;
  if (canonicalJson(parameters).length > PARAMETERS_LENGTH)
    return `the parameters of ${version} are longer than ${PARAMETERS_LENGTH} characters`;
  const bytes = byteLength(text);
  return uri === null && bytes > INLINE_BYTES
    ? `the content of ${version} has ${bytes} bytes, more than the ${INLINE_BYTES} kept here; say where it is kept instead`
    : undefined;
}

/** What an entry and a definition under the same version do not share. */
function difference(entry: Entry, { modelId, parameters }: Definition, hash: string): string | undefined {
  if (entry.contentHash !== hash)
    return `content ${entry.contentHash.slice(0, 12)}, not ${hash.slice(0, 12)}`;
  if (entry.modelId !== modelId) return `model ${entry.modelId ?? "none"}, not ${modelId ?? "none"}`;
  return canonicalJson(entry.parameters) === canonicalJson(parameters) ? undefined : "other parameters";
}

/** Registers a version as a candidate. The same definition again changes nothing; another one under the same name is refused. */
export async function register(given: Definition, who: Who, deps: RegistryDeps): Promise<Registered> {
  const definition: Definition = { ...given, text: canonicalText(given.text) };
  const wrong = fault(definition, who);
  if (wrong !== undefined) return refused(wrong);
  const { app, kind, version, text, uri, modelId, parameters } = definition;
  const hash = contentHash(text);
  const known = await deps.getEntry(definition, version);
  if (known !== undefined) return compare(known, definition, hash);
  const previous = definition.previous ?? (await settle(definition, deps)).production;
  if (definition.previous !== undefined && !(await deps.getEntry(definition, definition.previous)))
    return refused(`${app} has no ${kind} ${definition.previous} that ${version} could replace`);
  // Before the entry: an entry never points to content that is not there.
  if (uri === null) await deps.putContent(definition, hash, text);
  const { by, at, why } = who;
  const row: AuditRow = {
    seq: 1,
    at,
    by,
    why,
    change: "registered",
    from: null,
    to: "candidate",
    detail: `sha256 ${hash}`,
  };
  const entry: Entry = {
    app,
    kind,
    version,
    contentHash: hash,
    content: uri === null ? { where: "registry" } : { where: "uri", uri },
    modelId,
    parameters,
    status: "candidate",
    approval: null,
    gate: null,
    previous,
    scores: [],
    cost: null,
    latency: null,
    createdAt: at,
    createdBy: by,
    seq: 1,
    applied: 0,
    audit: [row],
  };
  if (await deps.putEntry(entry, 0)) return { kind: "added", entry };
  const faster = await deps.getEntry(definition, version);
  if (faster === undefined) throw new Error(`the registry refused ${version} and does not have it`);
  return compare(faster, definition, hash);
}

function compare(entry: Entry, definition: Definition, hash: string): Registered {
  const other = difference(entry, definition, hash);
  if (other === undefined) return { kind: "unchanged", entry };
  const { kind, version } = entry;
  return refused(
    `${kind} ${version} is registered with ${other}; versions are immutable, register it under another name`,
  );
}
