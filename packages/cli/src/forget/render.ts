import type { Forgotten } from "@bellwether/core/forget/tally";

export interface ForgetDocument extends Forgotten {
  readonly user: string;
  readonly app: string | null;
  readonly dryRun: boolean;
  /** Did the report of the replay name the user? */
  readonly report: boolean;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** What was removed, or would be, for people. */
export function renderForget(document: ForgetDocument): string {
  const { dryRun, requests, lakeRows, documents, goldenLines, items, logLines, offloadedBodies } = document;
  const tables = Object.entries(lakeRows);
  const objects = Object.values(logLines);
  const lines = [
    `${dryRun ? "would be removed" : "removed"}: ${requests} requests`,
    `  lake rows         ${sum(tables.map(([, rows]) => rows))}${tables.length > 0 ? `  (${tables.map(([table, rows]) => `${table} ${rows}`).join(", ")})` : ""}`,
    `  log lines         ${sum(objects.map(({ length }) => length))} in ${objects.length} objects, now blank`,
    `  offloaded bodies  ${offloadedBodies}`,
    `  documents         ${documents}`,
    `  golden-set lines  ${goldenLines}`,
    `  DynamoDB items    ${items ?? (dryRun ? "not counted in a dry run" : "no stage")}`,
    ...(document.report ? ["  report.json       spend of the user"] : []),
  ];
  if (document.remaining.length > 0) {
    lines.push(`not removed: ${document.remaining.length}`);
    for (const { what, why } of document.remaining) lines.push(`  ${what}: ${why}`);
  }
  lines.push(
    "kept, for they name nobody: windows and roll-ups (sums), user sketches (hashes)",
    "elsewhere: results of earlier queries, function logs, pages that were sent, backups: packages/core/src/lake/README.md",
  );
  return `${lines.join("\n")}\n`;
}
