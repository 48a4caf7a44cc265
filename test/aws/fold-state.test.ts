import { clearMarks, dirtyMarks, readMarks } from "@bellwether/aws/dirty-marks";
import {
  foldNote,
  foldVersion,
  noteFolded,
  oldestFold,
  readFoldedBuckets,
  readFolds,
  saveFold,
} from "@bellwether/aws/fold-state";
import { putWindowItems, readBucket } from "@bellwether/aws/windows-table";
import { BUCKET_MS, cellOf } from "@bellwether/core/windows/bucket";
import { foldItems } from "@bellwether/core/windows/fold";
import { encodeFold } from "@bellwether/core/windows/fold-codec";
import type { FoldedBucket } from "@bellwether/core/windows/fold-dirty";
import { type FoldDeps, foldDirty } from "@bellwether/core/windows/fold-dirty";
import { type FeedbackItem, SEGMENT_KEYS, type WindowItem } from "@bellwether/core/windows/items";
import { encodeProfiles } from "@bellwether/core/windows/profile-codec";
import { foldProfiles } from "@bellwether/core/windows/profiles";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { START } from "../core/rollout/arms.ts";
import { calls } from "../core/rollout/memory-state.ts";
import { answeredItems } from "../core/rollup/folds.ts";
import { scoreItem, segmentOf } from "../core/windows/window-items.ts";
import { startTables } from "../support/local-tables.ts";

let tables: Awaited<ReturnType<typeof startTables>>;
beforeAll(async () => {
  tables = await startTables("windows", "state");
});
afterAll(() => tables.stop());

const NOW = START + 3_600_000;
let token = 0;
const newToken = (): string => `token-${token++}`;
const deps: FoldDeps = {
  dirtyMarks,
  clearMarks,
  readBucket,
  foldVersion,
  saveFold,
  noteFolded,
  newToken,
};
const put = (...items: readonly WindowItem[]) => putWindowItems(items, newToken(), NOW);
const counted = (app: string, n: number, at = START, part = "p"): WindowItem => {
  const item = calls("v1", at, n, 1, part);
  return { ...item, segment: { ...item.segment, app } };
};
const score = (app: string, requestId: string, rev: number, pi: number | null): WindowItem => ({
  ...scoreItem(requestId, 0.5, { rev, pi, segment: { ...segmentOf("v1", "haiku"), app } }),
  bucket: START,
});
const vote = (app: string, user: string): FeedbackItem => ({
  kind: "feedback",
  bucket: START,
  segment: { ...segmentOf("v1", "haiku"), app },
  requestId: "r1",
  user,
  votedAt: START,
  feedbackId: "f",
  negative: true,
});

const foldedOf = (items: readonly WindowItem[]): FoldedBucket => ({
  fold: foldItems(items),
  profiles: foldProfiles(items),
});

describe("the oldest fold", () => {
  it("is the first bucket that is stored, if any is", async () => {
    expect(await oldestFold("aged")).toBeUndefined();
    for (const start of [START + BUCKET_MS, START, START + 5 * BUCKET_MS])
      await saveFold("aged", start, foldedOf([counted("aged", 1, start)]), 0, NOW);
    expect(await oldestFold("aged")).toBe(START);
  });
});

describe("window items", () => {
  it("of before a count was introduced count none of it", async () => {
    const item = counted("older", 4);
    if (item.kind !== "count") throw new Error("no count item");
    const { assessed: _, ...counts } = item.counts;
    await put({ ...item, counts: counts as typeof item.counts });
    const [read] = await readBucket("older", START);
    expect(read).toMatchObject({ counts: { n: 4, assessed: 0 } });
  });

  it("keep what guardrails did, through the fold", async () => {
    const { start, items } = answeredItems(0, { ...segmentOf("v1", "haiku"), app: "guarded" }, [
      { latencyMs: 900, ttftMs: 300, guardrail: { policy: "topicPolicy", ms: 50 } },
      { latencyMs: 100 },
    ]);
    await put(...items);
    const folded = foldedOf(await readBucket("guarded", start));
    await saveFold("guarded", start, folded, 0, NOW);
    const [read] = await readFoldedBuckets("guarded", start, start + BUCKET_MS);
    expect(read?.start).toBe(start);
    expect(encodeFold(read?.fold ?? new Map())).toEqual(encodeFold(folded.fold));
    expect(encodeProfiles(read?.profiles ?? new Map())).toEqual(encodeProfiles(foldedOf(items).profiles));
    const [profile] = [...(read?.profiles.values() ?? [])].map((one) => one.profile);
    expect([...(profile?.categories.guardrail ?? [])]).toEqual([["input:topicPolicy", 1]]);
    expect([profile?.guardrailLatency.size, profile?.ttft.size]).toEqual([1, 1]);
  });

  it("come back as they were written, whatever their kind", async () => {
    const correction: WindowItem = {
      kind: "correction",
      bucket: START,
      segment: { ...segmentOf("unattributed", "haiku"), app: "kinds" },
      requestId: "r9",
      to: "v2",
      error: true,
    };
    const items = [counted("kinds", 3), score("kinds", "r1", 2, null), vote("kinds", "ann"), correction];
    await put(...items);
    const read = await readBucket("kinds", START);
    expect(read).toHaveLength(items.length);
    for (const item of items) expect(read).toContainEqual(item);
  });

  it("stand under a key of their own for every key of a segment, and are overwritten under the same", async () => {
    const item = counted("keys", 1);
    if (item.kind !== "count") throw new Error("not a count");
    for (const key of SEGMENT_KEYS) await put({ ...item, segment: { ...item.segment, [key]: "zz" } });
    await put(item);
    await put({ ...item, counts: { ...item.counts, n: 7 } });
    const read = await readBucket("keys", START);
    expect(read).toHaveLength(SEGMENT_KEYS.length + 1);
    expect(foldItems(read).size).toBe(SEGMENT_KEYS.length + 1);
  });

  it("of a score keep every revision, and the highest counts", async () => {
    await put(score("revs", "r1", 10, 1), score("revs", "r1", 9, 0.5));
    await put(score("revs", "r1", 2, 0.1));
    const [part] = [...foldItems(await readBucket("revs", START)).values()];
    expect(part?.tally.metrics.get("quality")?.moments).toMatchObject({ n: 1, sw: 1 });
  });
});

describe("a stored fold", () => {
  it("is written only over the version that was read", async () => {
    const fold = foldedOf([counted("cas", 5)]);
    expect(await foldVersion("cas", START)).toBe(0);
    expect(await saveFold("cas", START, fold, 1, NOW)).toBe(false);
    expect(await saveFold("cas", START, fold, 0, NOW)).toBe(true);
    expect(await saveFold("cas", START, foldedOf([]), 0, NOW)).toBe(false);
    expect(await foldVersion("cas", START)).toBe(1);
    expect(await saveFold("cas", START, fold, 1, NOW)).toBe(true);
    const answers = await Promise.all([2, 2, 2].map((version) => saveFold("cas", START, fold, version, NOW)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await foldVersion("cas", START)).toBe(3);
  });

  it("comes back as it was, ascending, inside [from, until)", async () => {
    const folds = [0, 1, 2, 3].map((n) => foldItems([counted("span", n + 1, START + n * BUCKET_MS)]));
    for (const [n, fold] of folds.entries())
      await saveFold("span", START + n * BUCKET_MS, { fold, profiles: new Map() }, 0, NOW);
    const read = await readFolds("span", START + BUCKET_MS, START + 3 * BUCKET_MS);
    expect(read.map(({ start }) => start)).toEqual([START + BUCKET_MS, START + 2 * BUCKET_MS]);
    expect(read.map(({ fold }) => encodeFold(fold))).toEqual(
      [1, 2].map((n) => encodeFold(folds[n] ?? new Map())),
    );
    expect(await readFolds("another", START, NOW)).toEqual([]);
  });
});

describe("the note on an app's folds", () => {
  const note = (token: string, newest: number, hours: readonly number[] = []) =>
    noteFolded("note", { token, newest, hours }, NOW);

  it("is nothing before the first fold, then the last token and the newest bucket ever", async () => {
    expect(await foldNote("note")).toBeUndefined();
    await note("a", START + BUCKET_MS);
    expect(await foldNote("note")).toEqual({ token: "a", newest: START + BUCKET_MS });
    await note("b", START);
    expect(await foldNote("note")).toEqual({ token: "b", newest: START + BUCKET_MS });
    await note("c", START + 5 * BUCKET_MS);
    expect(await foldNote("note")).toEqual({ token: "c", newest: START + 5 * BUCKET_MS });
  });

  it("never goes back, whoever writes last", async () => {
    const at = (n: number): number => START + n * BUCKET_MS;
    await Promise.all([7, 3, 9, 1, 8].map((n) => note(`t${n}`, at(n))));
    expect((await foldNote("note"))?.newest).toBe(at(9));
  });

  it("marks the hours whose totals are to be made anew", async () => {
    await note("d", START, [cellOf(START), cellOf(START) + 3_600_000]);
    const marks = await readMarks("dirty-hour", "note", 0, 100);
    expect(marks.map(({ bucket }) => bucket)).toEqual([cellOf(START), cellOf(START) + 3_600_000]);
    expect(await dirtyMarks("note", 0, 100)).toEqual([]);
  });
});

describe("foldDirty over the tables", () => {
  const span = { from: START - BUCKET_MS, until: START + 10 * BUCKET_MS, now: NOW };

  it("folds what was written and leaves no mark; what is written meanwhile stays dirty", async () => {
    await put(counted("dirty", 3), score("dirty", "r1", 1, 0.5));
    await put(counted("dirty", 4, START + BUCKET_MS));
    let once = true;
    const meanwhile: FoldDeps["readBucket"] = async (app, bucket) => {
      const items = await readBucket(app, bucket);
      if (once) {
        once = false;
        await put(counted("dirty", 9, START, "later"));
      }
      return items;
    };
    expect(await foldDirty("dirty", span, { ...deps, readBucket: meanwhile })).toMatchObject({
      changed: true,
    });
    expect((await dirtyMarks("dirty", 0, 100)).map(({ bucket }) => bucket)).toEqual([START]);
    await foldDirty("dirty", span, deps);
    expect(await dirtyMarks("dirty", 0, 100)).toEqual([]);
    for (const { start, fold } of await readFolds("dirty", span.from, span.until)) {
      expect(encodeFold(fold)).toEqual(encodeFold(foldItems(await readBucket("dirty", start))));
    }
    expect((await foldNote("dirty"))?.newest).toBe(START + BUCKET_MS);
  });

  it("by several at once ends with what the items say", async () => {
    await put(counted("race", 1));
    await Promise.all([
      ...[1, 2, 3].map(() => foldDirty("race", span, deps)),
      put(counted("race", 8, START, "q")).then(() => foldDirty("race", span, deps)),
    ]);
    await foldDirty("race", span, deps);
    const [folded] = await readFolds("race", span.from, span.until);
    expect(folded && encodeFold(folded.fold)).toEqual(encodeFold(foldItems(await readBucket("race", START))));
    expect(await dirtyMarks("race", 0, 100)).toEqual([]);
  });
});
