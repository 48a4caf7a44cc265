import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { main } from "@bellwether/cli/main";
import type { SamplingPreview } from "@bellwether/cli/sampling/document";
import { duplicateTree } from "@bellwether/local/traffic/duplicate-tree";
import { writeTree } from "@bellwether/local/traffic/tree";
import { afterAll, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";
import { PATIENCE_MS, TREE_START } from "../support/replayed-tree.ts";
import { replayFolder, temporaryFolder } from "../support/run-bellwether.ts";

const folder = temporaryFolder("sampling-agreement");
afterAll(() => folder.remove());
const logs = join(folder.dir, "logs");
const DAY_MS = 86_400_000;
/** Votes are cast together, as every instant of a replay costs its ticks; records arrive every four hours. */
const SLOT_MS = 4 * 3_600_000;

/** Ids and event times of every record. */
function records(): { readonly requestId: string; readonly at: number }[] {
  return readdirSync(logs, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json.gz"))
    .sort()
    .flatMap((name) =>
      gunzipSync(readFileSync(join(logs, name)))
        .toString()
        .trimEnd()
        .split("\n"),
    )
    .map((text) => {
      const { requestId, timestamp } = JSON.parse(text) as { requestId: string; timestamp: string };
      return { requestId, at: Date.parse(timestamp) };
    });
}

/** Negative votes soon, late, too late and before the record; one vote up; one taken back; one on nothing. */
function feedbackLines(): string[] {
  const vote = (requestId: string, at: number, value: string, n: number) =>
    JSON.stringify({
      feedbackId: `f-${n}-${requestId}`,
      requestId,
      kind: "thumbs",
      value,
      user: "u",
      at: new Date(Math.ceil(at / SLOT_MS) * SLOT_MS).toISOString(),
    });
  const lines = records().flatMap(({ requestId, at }, i) => {
    if (i % 12 === 0) return [vote(requestId, at + 6 * 3_600_000, "down", 0)];
    if (i % 12 === 3) return [vote(requestId, at + 4 * DAY_MS, "down", 0)];
    if (i % 12 === 6) return [vote(requestId, at + 60_000, "down", 0)];
    if (i % 12 === 9) return [vote(requestId, at + DAY_MS, "up", 0)];
    if (i % 60 === 10)
      return [vote(requestId, at + 60_000, "down", 0), vote(requestId, at + DAY_MS, "up", 1)];
    return [];
  });
  return [...lines, vote("unknown", TREE_START, "down", 0)];
}

it(
  "selects exactly what a replay selects, rule by rule, with duplicates, a canary and late feedback",
  async () => {
    const tree = await writeTree(logs, {
      seed: 5,
      start: TREE_START,
      regression: "none",
      records: 240,
      days: 1,
      users: 40,
      objectsPerHour: 0.25,
      canaryFromDay: 0.5,
      share: 0.4,
    });
    const feedback = feedbackLines();
    await duplicateTree(logs);
    const config = { sampling: { canaryRate: 0.5 } };
    const { report } = await replayFolder(folder.dir, { rollout: tree.rollout, config, feedback });

    const io = recordingIo();
    const files = ["config", "rollout", "feedback"].flatMap((name) => [
      `--${name}`,
      join(folder.dir, `${name}.json`),
    ]);
    expect(await main(["sampling", "preview", "--logs", logs, ...files, "--json"], io)).toBe(0);
    const { presets, records: previewed } = JSON.parse(io.written.stdout) as SamplingPreview;
    const { selected, byReason, byPriority, nEff } = presets.fixed;
    expect(report.rollbacks).toEqual([]);
    expect(previewed).toEqual(report.records);
    expect({ selected, byReason, byPriority }).toEqual({
      selected: report.sampling.selected,
      byReason: report.sampling.byReason,
      byPriority: report.sampling.byPriority,
    });
    // All of these are there, so that the agreement is about something.
    for (const rule of ["negative_feedback", "new_user", "canary_matched", "look"])
      expect(byReason[rule] ?? 0).toBeGreaterThan(3);
    const quality = report.evaluation.byMetric.quality;
    expect(quality?.abstained).toBe(0);
    expect(nEff).toBeCloseTo(quality?.nEff ?? Number.NaN, 6);
  },
  PATIENCE_MS,
);
