import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderComment } from "./comment.ts";
import type { GateDocument } from "./conclude.ts";
import { renderJunit } from "./junit.ts";
import { summaryOf } from "./summary.ts";

/** Files that say what a gate came to. */
export interface ResultFiles {
  readonly summary: string;
  readonly comment: string;
  readonly junit: string;
}

/** Where they are in the folder of a run. */
export const resultFiles = (out: string): ResultFiles => ({
  summary: join(out, "summary.json"),
  comment: join(out, "comment.md"),
  junit: join(out, "junit.xml"),
});

/** Those of an earlier run must not pass for those of one that was stopped. */
export async function removeResults({ summary, comment, junit }: ResultFiles): Promise<void> {
  for (const file of [summary, comment, junit]) await rm(file, { force: true });
}

/** Writes summary, comment and JUnit report, the summary last: where it is, all are. */
export async function writeResults(document: GateDocument): Promise<void> {
  const { summary, comment, junit } = document.files;
  await writeFile(comment, renderComment(document));
  await writeFile(junit, renderJunit(document));
  await writeFile(summary, `${JSON.stringify(summaryOf(document), null, 2)}\n`);
}
