import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ingestFile } from "./ingest-run.ts";
import { parseFile } from "./limit-run.ts";
import { writeLogFile } from "./log-file.ts";
import { PEAK_MEMORY_SCRIPT } from "./peak-memory.ts";

const MB = 2 ** 20;
const SPEED_FILE_BYTES = 40 * MB;
/** One small and one large object: the difference tells whether memory grows with the file. */
const MEMORY_FILE_BYTES = [64 * MB, 256 * MB] as const;
const ROUNDS = 9;
/** V8's own choice for the young generation in a function of 1,024 MB (heap = memory / 2, semi-space = heap / 128); a large host would take 32 MB, three times, before it collects. */
const FUNCTION_FLAGS = ["--max-semi-space-size=4"];

const say = (line: string): boolean => process.stderr.write(`${line}\n`);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new RangeError("no values");
  return middle;
}

/** CPU seconds of this process, all threads (zlib and the collector run on others). */
async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

interface Speed {
  readonly recordsPerSecond: number;
  readonly limitRecordsPerSecond: number;
  readonly ratio: number;
  readonly ratioWithoutParquet: number;
}

/** Runs the three side by side and compares them round by round, so that a busy machine slows all of them. */
async function measureSpeed(file: string): Promise<Speed> {
  const { records, bytes } = await writeLogFile(file, SPEED_FILE_BYTES);
  say(`${records} records of ${Math.round(bytes / records)} bytes, ${ROUNDS} rounds`);
  const rounds: { limit: number; whole: number; withoutParquet: number }[] = [];
  // Two rounds warm up.
  for (let round = -2; round < ROUNDS; round++) {
    const limit = await cpuSeconds(() => parseFile(file, records));
    const whole = await cpuSeconds(() => ingestFile(file, records, { parquet: true }));
    const withoutParquet = await cpuSeconds(() => ingestFile(file, records, { parquet: false }));
    if (round >= 0) rounds.push({ limit, whole, withoutParquet });
    say(
      `limit ${limit.toFixed(3)} s  ingest ${whole.toFixed(3)} s  without Parquet ${withoutParquet.toFixed(3)} s`,
    );
  }
  return {
    recordsPerSecond: Math.round(records / median(rounds.map(({ whole }) => whole))),
    limitRecordsPerSecond: Math.round(records / median(rounds.map(({ limit }) => limit))),
    ratio: rounded(median(rounds.map(({ limit, whole }) => limit / whole)), 3),
    ratioWithoutParquet: rounded(median(rounds.map((one) => one.limit / one.withoutParquet)), 3),
  };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Peak RSS over idle of a fresh process that ingests one object of `bytes` unzipped, MB. */
async function measurePeak(file: string, bytes: number): Promise<number> {
  const { records } = await writeLogFile(file, bytes);
  const args = ["--expose-gc", ...FUNCTION_FLAGS, PEAK_MEMORY_SCRIPT, file, String(records)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const peak = Number(stdout);
  say(`${Math.round(bytes / MB)} MB object: ${peak} MB over idle`);
  return peak;
}

const dir = await mkdtemp(path.join(tmpdir(), "bellwether-bench-"));
try {
  const file = path.join(dir, "bench.json.gz");
  const speed = await measureSpeed(file);
  const peaks: number[] = [];
  for (const bytes of MEMORY_FILE_BYTES) peaks.push(await measurePeak(file, bytes));
  const [small, large] = peaks;
  if (small === undefined || large === undefined) throw new Error("memory was not measured");
  const result = { ...speed, peakRssOverIdleMb: large };
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    process.stdout.write(
      `${result.recordsPerSecond} records per CPU second, of ${result.limitRecordsPerSecond} that gunzip + JSON.parse alone reach\n` +
        `ratio ${result.ratio} (goal 0.35), without Parquet ${result.ratioWithoutParquet} (goal 0.6)\n` +
        `peak memory over idle: ${large} MB for 256 MB (goal 150), ${small} MB for 64 MB\n`,
    );
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}
