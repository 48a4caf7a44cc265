import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ingestFile } from "./ingest-run.ts";

/** Script of the child process: `peak-memory.ts FILE RECORDS` prints its peak RSS over idle, MB. */
export const PEAK_MEMORY_SCRIPT = fileURLToPath(import.meta.url);

const MB = 2 ** 20;

/** Highest RSS of this process, bytes: the kernel's mark where it keeps one per program, else getrusage's. */
function peakRss(): number {
  try {
    const mark = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (mark !== undefined) return Number(mark) * 1_024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1_024;
}

if (process.argv[1] === PEAK_MEMORY_SCRIPT) {
  const [file, records] = process.argv.slice(2);
  if (file === undefined) throw new Error("usage: peak-memory.ts FILE RECORDS");
  globalThis.gc?.();
  const idle = process.memoryUsage.rss();
  await ingestFile(file, Number(records), { parquet: true });
  process.stdout.write(`${((peakRss() - idle) / MB).toFixed(1)}\n`);
}
