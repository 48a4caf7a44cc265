import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { withLake } from "../lake-query.ts";

export type Row = Readonly<Record<string, unknown>>;

/** Saved query behind each part of the document. */
const PARTS = {
  usage: "usage-by-version",
  satisfaction: "satisfaction-by-version",
  callsPerUserRequest: "calls-per-user-request",
  guardrails: "guardrails-by-version",
  guardrailPolicies: "guardrails-by-policy",
  latency: "latency-by-model",
  errors: "errors-by-code",
  quotas: "quota-use",
} as const;

export type UsageDocument = Readonly<Record<keyof typeof PARTS, readonly Row[]>>;

/** Runs every saved query about use, satisfaction, guardrails and latency; throws UsageError when there is no lake. */
export async function readUsage(out: string | undefined): Promise<UsageDocument> {
  return withLake({ out }, async (run) => {
    const parts = (Object.keys(PARTS) as (keyof typeof PARTS)[]).map(async (part) => {
      const query = SAVED_QUERIES[PARTS[part]];
      if (query === undefined) throw new Error(`there is no saved query ${PARTS[part]}`);
      const { columns, rows } = await run(query.sql);
      const objects: readonly Row[] = rows.map((row) =>
        Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])),
      );
      return [part, objects] as const;
    });
    return Object.fromEntries(await Promise.all(parts)) as UsageDocument;
  });
}
