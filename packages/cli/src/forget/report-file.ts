import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Takes the user out of what a replay's report says of spend; false when it says nothing of them or there is no report. */
export async function forgetInReport(out: string, user: string, dryRun: boolean): Promise<boolean> {
  const file = join(out, "report.json");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return false;
  const report = JSON.parse(text) as { cost?: { byUser?: Record<string, number> } };
  const byUser = report.cost?.byUser;
  if (byUser === undefined || !Object.hasOwn(byUser, user)) return false;
  delete byUser[user];
  if (!dryRun) await writeFile(file, `${JSON.stringify(report, null, text.includes("\n  ") ? 2 : 0)}\n`);
  return true;
}
