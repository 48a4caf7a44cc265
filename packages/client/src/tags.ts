import { createHash } from "node:crypto";
import type { Report } from "./problems.ts";

/** What Bellwether reads out of `requestMetadata`; all optional. */
export interface Tags {
  readonly app?: string | undefined;
  readonly env?: string | undefined;
  readonly user?: string | undefined;
  readonly session?: string | undefined;
  readonly promptVersion?: string | undefined;
  readonly variant?: string | undefined;
  readonly tenant?: string | undefined;
  readonly feature?: string | undefined;
  readonly traceId?: string | undefined;
}

const NAMES = [
  "app",
  "variant",
  "promptVersion",
  "user",
  "session",
  "env",
  "tenant",
  "feature",
  "traceId",
] as const satisfies readonly (keyof Tags)[];

/** Values that are only ever compared: a hash serves as well. Of the others people and policies read the name itself. */
const IDENTITIES: ReadonlySet<string> = new Set(["user", "session", "tenant", "traceId"]);

/** Limits of `requestMetadata` (Amazon Bedrock API reference, Converse); beyond them the call itself would be refused. */
const MAX_ENTRIES = 16;
const FITS = /^[a-zA-Z0-9 :_@$#=/+,\-.]{1,256}$/;

/** `value` as it may be sent under `name`: itself, a hash where only equality matters, or `undefined`. */
export function fitTag(name: string, value: string | undefined, report: Report): string | undefined {
  if (value === undefined || (typeof value === "string" && value.trim() === "")) return undefined;
  if (typeof value === "string" && FITS.test(value)) return value;
  if (typeof value === "string" && IDENTITIES.has(name)) {
    report("tag_hashed", name);
    return `sha256-${createHash("sha256").update(value).digest("hex").slice(0, 40)}`;
  }
  report("tag_dropped", name);
  return undefined;
}

/** The `requestMetadata` of a call: our tags first, then the app's `others` while there is room; never refused by Bedrock. */
export function requestMetadata(
  tags: Tags,
  others: Readonly<Record<string, string>>,
  report: Report,
): Record<string, string> {
  // An object would take `__proto__` for its prototype instead of an entry.
  const metadata = new Map<string, string>();
  for (const name of NAMES) {
    const value = fitTag(name, tags[name], report);
    if (value !== undefined) metadata.set(name, value);
  }
  for (const [name, value] of Object.entries(others)) {
    if (metadata.has(name)) continue;
    const fitted = fitTag(name, value, report);
    if (fitted === undefined) continue;
    if (FITS.test(name) && metadata.size < MAX_ENTRIES) metadata.set(name, fitted);
    else report("tag_dropped", name.slice(0, 256));
  }
  return Object.fromEntries(metadata);
}
