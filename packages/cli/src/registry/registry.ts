import { userInfo } from "node:os";
import { registryTable } from "@bellwether/aws/registry-table";
import { type Entry, type Family, KINDS, type Kind, type Who } from "@bellwether/core/registry/entry";
import { readVersion } from "@bellwether/core/registry/read";
import { UsageError } from "../arguments.ts";
import { type Io, oneLine } from "../output.ts";

/** Options of `bellwether registry`. */
export const OPTIONS = {
  app: { type: "string" },
  kind: { type: "string" },
  version: { type: "string" },
  file: { type: "string" },
  location: { type: "string" },
  model: { type: "string" },
  param: { type: "string", multiple: true },
  previous: { type: "string" },
  to: { type: "string" },
  content: { type: "boolean" },
  "require-approval": { type: "string" },
  "require-gate": { type: "string" },
  why: { type: "string" },
  by: { type: "string" },
  json: { type: "boolean" },
} as const;

export type Option = keyof typeof OPTIONS;
export type Values = {
  readonly [Name in Option]?: (typeof OPTIONS)[Name] extends { multiple: true }
    ? string[]
    : (typeof OPTIONS)[Name] extends { type: "boolean" }
      ? boolean
      : string;
};

/** One call of the command: checked options and where to write. */
export interface Call {
  readonly app: string;
  readonly kind: Kind | undefined;
  readonly values: Values;
  /** Arguments after the action. */
  readonly rest: readonly string[];
  readonly io: Io;
}

/** Who runs the command, now. */
export const whoOf = ({ by, why }: Values): Who => ({
  by: by ?? process.env.USER ?? userInfo().username,
  at: Date.now(),
  why: why ?? "",
});

/** The value of an option that the action cannot do without; throws UsageError when it is missing. */
export function required(values: Values, name: "version" | "to" | "kind", what: string): string {
  const value = values[name];
  if (value === undefined || value === "")
    throw new UsageError(`--${name} ${name.toUpperCase()} is missing: ${what}`);
  return value;
}

/** Says in one line why nothing was done; exit code 1. */
export function refuse(reason: string, { io }: Call): 1 {
  io.stderr.write(`bellwether: ${oneLine(reason)}\n`);
  return 1;
}

/** Prints the answer: one JSON document under --json, else the text; exit code 0. */
export function answer(json: unknown, text: () => string, { values, io }: Call): 0 {
  io.stdout.write(values.json === true ? `${JSON.stringify(json)}\n` : text());
  return 0;
}

export type Found =
  | { readonly kind: "found"; readonly family: Family; readonly entry: Entry }
  | { readonly kind: "missing"; readonly reason: string };

/** The version of that name, whatever its kind; throws UsageError when it is the name of a prompt and of a model. */
export async function find({ app, kind }: Call, version: string): Promise<Found> {
  const families = (kind === undefined ? KINDS : [kind]).map((one): Family => ({ app, kind: one }));
  const entries = await Promise.all(families.map((family) => readVersion(family, version, registryTable)));
  const [entry, another] = entries.filter((one) => one !== undefined);
  if (entry === undefined)
    return { kind: "missing", reason: `${app} has no ${kind === undefined ? "version" : kind} ${version}` };
  if (another !== undefined)
    throw new UsageError(`${version} is a prompt and a model of ${app}: say which with --kind`);
  return { kind: "found", family: { app, kind: entry.kind }, entry };
}
