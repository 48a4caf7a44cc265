import { registryTable } from "@bellwether/aws/registry-table";
import { canonicalText, contentHash } from "@bellwether/core/registry/content";
import { type Entry, type Family, KINDS } from "@bellwether/core/registry/entry";
import { readVersion } from "@bellwether/core/registry/read";
import { UsageError } from "../arguments.ts";
import { readText } from "../input-files.ts";
import type { GateOptions } from "./options.ts";

/** The registered version that a gate is about. */
export interface RegistryTarget {
  readonly family: Family;
  readonly version: string;
}

/** Asks for the registered version before anything is paid; throws UsageError when the gate cannot be about it, and what the table throws. */
export async function findTarget({
  registry,
  head,
  standIn,
}: GateOptions): Promise<RegistryTarget | undefined> {
  if (registry === undefined) return undefined;
  const { app, version, kind } = registry;
  if (!process.env.REGISTRY_TABLE)
    throw new UsageError(
      "environment variable REGISTRY_TABLE is not set: the DynamoDB table of registered versions",
    );
  if (standIn && !onThisMachine())
    throw new UsageError(
      "--registry with --stand-in: a stand-in judge's verdict must not let a version into production",
    );
  const kinds = kind === undefined ? KINDS : [kind];
  const found = await Promise.all(
    kinds.map(async (one) => readVersion({ app, kind: one }, version, registryTable)),
  );
  const [entry, another] = found.filter((one) => one !== undefined);
  if (entry === undefined) throw new UsageError(`--registry: ${app} has no ${kind ?? "version"} ${version}`);
  if (another !== undefined)
    throw new UsageError(`--registry: ${version} is a prompt and a model of ${app}: say which with --kind`);
  if (head.kind === "prompt" && entry.kind === "prompt") await refuseOther(head.prompt, entry);
  return { family: { app, kind: entry.kind }, version };
}

/** What is tested must be what it is recorded for. */
async function refuseOther(prompt: string, { app, version, contentHash: registered }: Entry): Promise<void> {
  const name = `${app}/${version}`;
  const same = prompt.startsWith("registry:")
    ? prompt === `registry:${name}`
    : contentHash(canonicalText(await readText("prompt", prompt))) === registered;
  if (!same) throw new UsageError(`--registry ${name} is another prompt than --prompt ${prompt}`);
}

/** Is the registry one for trying things out? */
function onThisMachine(): boolean {
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? process.env.AWS_ENDPOINT_URL;
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname);
}
