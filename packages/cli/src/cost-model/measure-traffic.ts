import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { openLake } from "@bellwether/local/lake/open-lake";
import type { FinishedRun } from "@bellwether/local/replay/finished-run";
import { replay } from "@bellwether/local/replay/replay";
import { writeTree } from "@bellwether/local/traffic/tree";
import { costSummary } from "../report/cost.ts";
import { table } from "../report/rows.ts";
import { ROLLBACK_POLICY_FILE } from "../rollback-policy-file.ts";

/** What a replay of generated traffic used. */
export interface Measured {
  readonly objects: number;
  readonly records: number;
  readonly judged: number;
  /** Feedback events. */
  readonly events: number;
  readonly usage: FinishedRun["usage"];
  /** USD of the judge's tokens; null when its model is unpriced. */
  readonly judgeUsd: number | null;
}

export interface TrafficShape {
  readonly recordsPerObject: number;
  readonly objects: number;
  /** Both bodies of every record lie in objects of their own, as Bedrock does above 100 KB. */
  readonly offloaded: boolean;
  readonly seed: number;
}

/** Log objects of an hour; the hour's traffic sets how many records lie in one. */
const OBJECTS_PER_HOUR = 12;
const HOURS = 24;
/** One user in a hundred records votes. */
const RECORDS_PER_VOTE = 100;
const START = Date.UTC(2026, 8, 7);
const BUCKET = "measured-logs";

/** Five in a hundred are judged at random; rules that judge more are out of reach. */
const CONFIG = {
  apps: ["support-bot"],
  sampling: { preset: "fixed", baseRate: 0.05, costUsd: 1_000, latencyMs: 1e9 },
} as const;

/** Replays generated traffic through the functions and reads off what each of them used. */
export async function measureTraffic(
  shape: TrafficShape,
  { onProgress, signal }: { readonly onProgress: (done: number) => void; readonly signal: AbortSignal },
): Promise<Measured> {
  const dir = await mkdtemp(join(tmpdir(), "bellwether-cost-"));
  try {
    const logs = join(dir, "logs");
    const lakeDir = join(dir, "lake");
    const feedback = join(dir, "feedback.jsonl");
    const events = await writeTraffic(logs, feedback, shape);
    const { usage } = await replay({
      logs,
      feedback,
      rollout: null,
      config: CONFIG,
      bucket: BUCKET,
      lakeDir,
      rollbackPolicyFile: ROLLBACK_POLICY_FILE,
      onProgress,
      signal,
    });
    const lake = await openLake(lakeDir, { read: "now" });
    try {
      const [row] = await table<{ records: number; judged: number }>(
        lake,
        "select count(*) as records, count(*) filter (where outcome in ('judged', 'abstained', 'failed')) as judged from requests",
      );
      const { judgeUsd } = await costSummary(lake);
      const { records = 0, judged = 0 } = row ?? {};
      return { objects: shape.objects, records, judged, events, usage, judgeUsd };
    } finally {
      lake.close();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Writes the log objects of the early afternoon and a file of votes; gives the number of votes. */
async function writeTraffic(logs: string, feedback: string, shape: TrafficShape): Promise<number> {
  await writeTree(logs, {
    seed: shape.seed,
    start: START,
    regression: "none",
    days: 1,
    share: 0,
    users: 30,
    records: shape.recordsPerObject * OBJECTS_PER_HOUR * HOURS,
    objectsPerHour: OBJECTS_PER_HOUR,
  });
  const files = (await readdir(logs, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  // Where the day's rhythm is near its mean, so that an object holds about as many records as asked for.
  const kept = await nearestObjects(files, shape);
  await Promise.all(files.filter((file) => !kept.includes(file)).map((file) => rm(file)));
  const votes: string[] = [];
  let seen = 0;
  for (const file of kept) {
    const lines = gunzipSync(await readFile(file))
      .toString("utf8")
      .trimEnd()
      .split("\n");
    for (const line of lines) {
      const { requestId, timestamp } = JSON.parse(line) as { requestId: string; timestamp: string };
      if (seen++ % RECORDS_PER_VOTE === 0) {
        const at = new Date(Date.parse(timestamp) + 60_000).toISOString();
        votes.push(
          JSON.stringify({ feedbackId: `v-${seen}`, requestId, kind: "thumbs", value: "up", user: "u", at }),
        );
      }
    }
    if (shape.offloaded)
      await writeFile(
        file,
        gzipSync((await Promise.all(lines.map((line) => offload(logs, file, line)))).join("")),
      );
  }
  await writeFile(feedback, `${votes.join("\n")}\n`);
  return votes.length;
}

/** The run of consecutive objects whose number of records is nearest to what is asked for. */
async function nearestObjects(files: readonly string[], shape: TrafficShape): Promise<string[]> {
  const wanted = shape.objects * shape.recordsPerObject;
  const sizes = await Promise.all(
    files.map(async (file) => gunzipSync(await readFile(file)).filter((byte) => byte === 10).length),
  );
  let best = { from: 0, gap: Number.POSITIVE_INFINITY };
  for (let from = 0; from + shape.objects <= files.length; from++) {
    const records = sizes.slice(from, from + shape.objects).reduce((sum, n) => sum + n, 0);
    const gap = Math.abs(records - wanted);
    if (gap < best.gap) best = { from, gap };
  }
  return files.slice(best.from, best.from + shape.objects);
}

/** Moves both bodies of a record into objects below `data/` and gives the line that names them. */
async function offload(logs: string, file: string, line: string): Promise<string> {
  const record = JSON.parse(line) as Record<string, unknown> & { requestId: string };
  for (const side of ["input", "output"] as const) {
    const part = record[side] as Record<string, unknown> | undefined;
    const body = part?.[`${side}BodyJson`];
    if (part === undefined || body === undefined) continue;
    const path = join(dirname(file), "data", `${record.requestId}_${side}.json.gz`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, gzipSync(JSON.stringify(body)));
    delete part[`${side}BodyJson`];
    part[`${side}BodyS3Path`] = `s3://${BUCKET}/${path.slice(logs.length + 1)}`;
  }
  return `${JSON.stringify(record)}\n`;
}
