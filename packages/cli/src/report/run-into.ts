import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Lake, openLake } from "@bellwether/local/lake/open-lake";
import type { FinishedRun } from "@bellwether/local/replay/finished-run";
import { interruptible } from "../interrupt.ts";
import type { Io } from "../output.ts";
import { startProgress } from "../progress.ts";
import { type Summary, summarise } from "./summary.ts";

interface RunContext {
  readonly lakeDir: string;
  readonly onProgress: (done: number, at: number) => void;
  readonly signal: AbortSignal;
}

const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");

/** Runs the local cloud with progress and sums the run up; `out`/lake is replaced only once there is a new one. The caller closes the lake. */
export async function runInto<Run extends FinishedRun>(
  { name, out, io }: { readonly name: string; readonly out: string; readonly io: Io },
  work: (context: RunContext) => Promise<Run>,
): Promise<{ readonly run: Run; readonly lake: Lake; readonly summary: Summary }> {
  const lakeDir = join(out, "lake");
  const unfinished = join(out, "lake.unfinished");
  const began = performance.now();
  const progress = startProgress(name, io);
  let run: Run;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    run = await interruptible((signal) => {
      const onProgress = (done: number, at: number): void => progress.update(done, minute(at));
      return work({ lakeDir: unfinished, onProgress, signal });
    });
    await rm(lakeDir, { recursive: true, force: true });
    await rename(unfinished, lakeDir);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    progress.stop();
  }
  const lake = await openLake(lakeDir, { read: "now" });
  try {
    return { run, lake, summary: await summarise(lake, run, performance.now() - began) };
  } catch (error) {
    lake.close();
    throw error;
  }
}

/** Keeps what `--json` prints as `out`/report.json. */
export async function writeReport(out: string, document: unknown): Promise<void> {
  await writeFile(join(out, "report.json"), `${JSON.stringify(document, null, 2)}\n`);
}
