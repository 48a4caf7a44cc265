import { type Fold, foldItems, mergeFoldInto } from "@bellwether/core/windows/fold";
import { decodeFold, encodeFold } from "@bellwether/core/windows/fold-codec";
import { type FeedbackItem, SEGMENT_KEYS, type WindowItem, zeroCounts } from "@bellwether/core/windows/items";
import type { Tally } from "@bellwether/core/windows/tally";
import { hajekEstimate } from "@bellwether/stats/hajek";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyScore, anyVote, countItem, scoreItem, segmentOf } from "./window-items.ts";

const V1 = segmentOf("v1", "haiku");
const vote = (user: string, negative: boolean, votedAt: number, feedbackId = "f"): FeedbackItem => ({
  kind: "feedback",
  bucket: 0,
  segment: V1,
  requestId: "r1",
  user,
  votedAt,
  feedbackId,
  negative,
});
/** The tally of the one segment of a fold. */
function only(fold: Fold): Tally {
  const [first, ...rest] = [...fold.values()];
  if (first === undefined || rest.length > 0) throw new Error("the fold has not one segment");
  return first.tally;
}
const keyOf = (item: WindowItem): string => {
  if (item.kind === "count") return JSON.stringify(["c", item.segment, item.part]);
  if (item.kind === "score") return JSON.stringify(["s", item.requestId, item.rev]);
  if (item.kind === "correction") return JSON.stringify(["x", item.requestId]);
  if (item.kind === "repriced") return JSON.stringify(["p", item.segment]);
  return JSON.stringify(["f", item.requestId, item.user, item.votedAt, item.feedbackId]);
};
/** Items as a table holds them: one per key, the last written. */
function stored(items: Iterable<WindowItem>): WindowItem[] {
  const table = new Map<string, WindowItem>();
  for (const item of items) table.set(keyOf(item), item);
  return [...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

describe("any items of a bucket", () => {
  const distinct = fc.uniqueArray(fc.oneof(countItem, anyScore, anyVote), { selector: keyOf });

  it("give the same fold to the last bit, in any order of delivery and however often", () => {
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.nat()), (items, keys) => {
        const delivered = [...items, ...items]
          .map((item) => ({ item, key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ item }) => item);
        expect(encodeFold(foldItems(stored(delivered)))).toEqual(encodeFold(foldItems(stored(items))));
      }),
    );
  });

  it("lose no request, error, vote or judgement to a segment", () => {
    fc.assert(
      fc.property(distinct, (items) => {
        const tallies = [...foldItems(stored(items)).values()].map(({ tally }) => tally);
        const sum = (of: (tally: Tally) => number) => tallies.reduce((all, tally) => all + of(tally), 0);
        const counts = items.filter((item) => item.kind === "count").map((item) => item.counts);
        expect(sum((t) => t.counts.n)).toBe(counts.reduce((all, { n }) => all + n, 0));
        expect(sum((t) => t.counts.errors)).toBe(counts.reduce((all, { errors }) => all + errors, 0));
        const voters = new Set(
          items.flatMap((item) => (item.kind === "feedback" ? [`${item.requestId} ${item.user}`] : [])),
        );
        expect(sum((t) => t.votes)).toBe(voters.size);
        const latest = new Map<string, Extract<WindowItem, { kind: "score" }>>();
        for (const item of items) {
          if (item.kind !== "score" || (latest.get(item.requestId)?.rev ?? -1) > item.rev) continue;
          latest.set(item.requestId, item);
        }
        const judged = [...latest.values()].filter(({ outcomes }) => Object.keys(outcomes).length > 0);
        expect(sum((t) => t.judge.judged)).toBe(judged.length);
        expect(sum((t) => t.judge.finished)).toBe(judged.filter(({ pi }) => pi !== null).length);
        expect(sum((t) => t.judge.raised)).toBe([...latest.values()].filter((i) => i.raised).length);
        expect(sum((t) => t.judge.picoUsd)).toBe(
          judged.reduce((all, { judgePicoUsd }) => all + (judgePicoUsd ?? 0), 0),
        );
      }),
    );
  });
});

describe("count items", () => {
  it("give the same fold in any order", () => {
    fc.assert(
      fc.property(fc.array(countItem), fc.infiniteStream(fc.nat()), (items, keys) => {
        const shuffled = items
          .map((item) => ({ item, key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ item }) => item);
        expect(encodeFold(foldItems(shuffled))).toEqual(encodeFold(foldItems(items)));
      }),
    );
  });

  it("give the same fold when parts are folded apart and merged", () => {
    fc.assert(
      fc.property(fc.array(countItem), fc.nat(), (items, at) => {
        const cut = at % (items.length + 1);
        const merged: Fold = new Map();
        for (const part of [items.slice(0, cut), items.slice(cut)]) mergeFoldInto(merged, foldItems(part));
        expect(encodeFold(merged)).toEqual(encodeFold(foldItems(items)));
      }),
    );
  });
});

describe("segments", () => {
  it("are kept apart by every key of a segment, and by nothing else", () => {
    for (const key of SEGMENT_KEYS) {
      const other = { ...V1, [key]: "zz" };
      const fold = foldItems([scoreItem("a", 0.5), scoreItem("b", 0.7, { segment: other })]);
      expect([...fold.values()].map(({ segment }) => segment)).toEqual([V1, other]);
      expect([...decodeFold("bot", encodeFold(fold)).values()].map(({ segment }) => segment)).toEqual([
        V1,
        other,
      ]);
    }
  });

  /** A prompt version a segment: the one with the number i has i + 1 requests, every second an error, and one vote. */
  const many = (variant: string, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const segment = { ...segmentOf(variant, "haiku"), promptVersion: `p${index}` };
      const counts = { ...zeroCounts(), n: 1 + index, errors: index % 2, costPicoUsd: 7 };
      const histograms = { latency: new Map(), cost: new Map() };
      return [
        { kind: "count", bucket: 0, segment, part: "p", counts, ...histograms },
        scoreItem(`${variant}-${index}`, (index % 10) / 10, { segment, pi: 0.5, judgePicoUsd: 3 }),
        { ...vote("ann", index % 3 === 0, 1), requestId: `${variant}-${index}`, segment },
      ] satisfies WindowItem[];
    }).flat();

  it("are all kept up to 40 a bucket", () => {
    const fold = foldItems(many("v1", 40));
    expect(fold.size).toBe(40);
    expect([...fold.values()].some(({ segment }) => segment.promptVersion === "other")).toBe(false);
  });

  it("beyond 40 are counted together by variant, the smallest first, and nothing is lost", () => {
    const fold = foldItems([...many("v1", 60), ...many("v2", 30)]);
    // The 40 largest are n = 60…31 of v1 (30) and, at equal sizes, the first by key of both.
    expect(fold.size).toBe(42);
    const rests = [...fold.values()].filter(({ segment }) => segment.promptVersion === "other");
    expect(rests.map(({ segment }) => [segment.variant, segment.model]).toSorted()).toEqual([
      ["v1", "other"],
      ["v2", "other"],
    ]);
    const smallestKept = Math.min(
      ...[...fold.values()].filter((s) => !rests.includes(s)).map(({ tally }) => tally.counts.n),
    );
    expect(smallestKept).toBe(26);
    for (const [variant, count] of [
      ["v1", 60],
      ["v2", 30],
    ] as const) {
      const parts = [...fold.values()].filter(({ segment }) => segment.variant === variant);
      const sum = (of: (tally: Tally) => number) => parts.reduce((all, { tally }) => all + of(tally), 0);
      expect(sum((t) => t.counts.n)).toBe((count * (count + 1)) / 2);
      expect(sum((t) => t.counts.errors)).toBe(count / 2);
      expect(sum((t) => t.counts.costPicoUsd)).toBe(7 * count);
      expect(sum((t) => t.votes)).toBe(count);
      expect(sum((t) => t.negative)).toBe(Math.ceil(count / 3));
      expect(sum((t) => t.judge.judged)).toBe(count);
      expect(sum((t) => t.judge.picoUsd)).toBe(3 * count);
      expect(sum((t) => t.metrics.get("quality")?.moments.sw ?? 0)).toBe(2 * count);
    }
  });

  it("are counted together the same way in any order of their items", () => {
    const items = [...many("v1", 50), ...many("v2", 20)];
    expect(encodeFold(foldItems(stored(items.toReversed())))).toEqual(encodeFold(foldItems(stored(items))));
  });
});

describe("score items", () => {
  it("weigh 1/pi: the mean is Hajek's", () => {
    const tally = only(foldItems([scoreItem("a", 1, { pi: 0.1 }), scoreItem("b", 0, { pi: 1 })]));
    const moments = tally.metrics.get("quality")?.moments;
    expect(moments && hajekEstimate(moments)?.mean).toBeCloseTo(10 / 11, 12);
    expect(moments?.sy).toBe(1);
  });

  it("count once per request, by the highest revision wherever it stands", () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyScore, { selector: (i) => `${i.requestId}@${i.rev}` }), (items) => {
        const latest = new Map(items.toSorted((a, b) => a.rev - b.rev).map((i) => [i.requestId, i]));
        const inOrder = [...items.toSorted((a, b) => (a.requestId < b.requestId ? -1 : 1))];
        const kept = inOrder.filter((i) => latest.get(i.requestId) === i);
        expect(foldItems(inOrder)).toEqual(foldItems(kept));
      }),
    );
  });

  it("are bit-identical in key order, however they were delivered", () => {
    const items = Array.from({ length: 50 }, (_, n) =>
      scoreItem(`r${n}`, (n * 0.37) % 1, { pi: 0.03 + n / 100 }),
    );
    const byKey = (list: typeof items) => list.toSorted((a, b) => (a.requestId < b.requestId ? -1 : 1));
    expect(foldItems(byKey(items.toReversed()))).toEqual(foldItems(byKey(items)));
  });

  it("feed the canary test only with the uniform part, at hundredths", () => {
    const tally = only(
      foldItems([
        scoreItem("a", 0.504),
        scoreItem("b", 0.496),
        scoreItem("c", 0.1, { uniform: false }),
        scoreItem("d", 0, { outcomes: { quality: { status: "abstained" } } }),
      ]),
    );
    expect(tally.quality).toEqual(new Map([[50, 2]]));
    expect(tally.metrics.get("quality")).toMatchObject({ abstained: 1, failed: 0, moments: { n: 3 } });
  });

  it("keep abstained and failed apart from scores of 0", () => {
    const outcomes = {
      quality: { status: "failed" },
      safety: { status: "scored", score: 0 },
      faithfulness: { status: "abstained" },
    } as const;
    const tally = only(foldItems([scoreItem("a", 0, { outcomes })]));
    expect(tally.metrics.get("quality")).toMatchObject({ failed: 1, moments: { n: 0 } });
    expect(tally.metrics.get("safety")).toMatchObject({ failed: 0, moments: { n: 1, sy: 0 } });
    expect(tally.metrics.get("faithfulness")).toMatchObject({ abstained: 1, moments: { n: 0 } });
    expect(tally.worst).toEqual([]);
  });

  it("show the three worst answers, ties by request id", () => {
    const scores: [string, number][] = [
      ["d", 0.4],
      ["b", 0.1],
      ["a", 0.1],
      ["c", 0.9],
    ];
    const tally = only(foldItems(scores.map(([id, score]) => scoreItem(id, score))));
    expect(tally.worst.map(({ requestId }) => requestId)).toEqual(["a", "b", "d"]);
  });

  it("of a look enter no mean, no worst answers and no canary test, but the judge was paid", () => {
    const tally = only(foldItems([scoreItem("a", 0.1, { pi: null, judgePicoUsd: 40 }), scoreItem("b", 0.9)]));
    expect(tally.metrics.get("quality")?.moments).toMatchObject({ n: 1, sy: 0.9 });
    expect(tally.worst.map(({ requestId }) => requestId)).toEqual(["b"]);
    expect(tally.quality).toEqual(new Map([[90, 1]]));
    expect(tally.judge).toEqual({ judged: 2, priced: 2, picoUsd: 40, raised: 0, finished: 1 });
  });

  it("that wait for the judge count as raised and as nothing else", () => {
    const tally = only(foldItems([scoreItem("a", 0, { raised: true, outcomes: {} })]));
    expect(tally.judge).toEqual({ judged: 0, priced: 0, picoUsd: 0, raised: 1, finished: 0 });
    expect(tally.metrics.size).toBe(0);
  });

  it("of an unpriced judge are judged, not free", () => {
    const tally = only(foldItems([scoreItem("a", 0.5, { judgePicoUsd: null })]));
    expect(tally.judge).toMatchObject({ judged: 1, priced: 0, picoUsd: 0 });
  });
});

describe("feedback items", () => {
  it.each([
    ["one of each", [vote("u1", true, 1), vote("u2", false, 1)], 2, 1],
    ["a user who changes their mind", [vote("u1", true, 1), vote("u1", false, 2)], 1, 0],
    ["the same the other way round", [vote("u1", false, 2), vote("u1", true, 1)], 1, 0],
    ["two votes at one instant: the higher id", [vote("u1", true, 1, "g"), vote("u1", false, 1, "f")], 1, 1],
    ["the same vote twice", [vote("u1", true, 1), vote("u1", true, 1)], 1, 1],
  ])("%s", (_what, items, votes, negative) => {
    expect(only(foldItems(items))).toMatchObject({ votes, negative });
  });
});

describe("a correction", () => {
  const UNATTRIBUTED = { ...V1, variant: "unattributed", promptVersion: "none" };

  it("moves exactly one request, and its error with it", () => {
    fc.assert(
      fc.property(fc.array(countItem), fc.boolean(), (items, error) => {
        const moved = { kind: "correction", bucket: 0, segment: UNATTRIBUTED, requestId: "r1" } as const;
        const before = foldItems(items);
        const after = foldItems([...items, { ...moved, to: "v2", error }]);
        const sum = (fold: Fold, field: "n" | "errors", variant?: string): number =>
          [...fold.values()]
            .filter(({ segment }) => variant === undefined || segment.variant === variant)
            .reduce((all, { tally }) => all + tally.counts[field], 0);
        for (const field of ["n", "errors"] as const) {
          const by = field === "n" || error ? 1 : 0;
          expect(sum(after, field)).toBe(sum(before, field));
          expect(sum(after, field, "v2")).toBe(sum(before, field, "v2") + by);
          expect(sum(after, field, "unattributed")).toBe(sum(before, field, "unattributed") - by);
        }
      }),
    );
  });

  it("keeps model and prompt version", () => {
    const fold = foldItems([
      {
        kind: "correction",
        bucket: 0,
        segment: UNATTRIBUTED,
        requestId: "r1",
        to: "v2",
        error: true,
      },
    ]);
    expect([...fold.values()].map(({ segment, tally }) => [segment, tally.counts.n])).toEqual([
      [UNATTRIBUTED, -1],
      [{ ...UNATTRIBUTED, variant: "v2" }, 1],
    ]);
  });
});

describe("a stored fold", () => {
  it("comes back as it was, through JSON", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(countItem, anyScore, anyVote)), (items) => {
        const fold = foldItems(items);
        const back = decodeFold("bot", JSON.parse(JSON.stringify(encodeFold(fold))));
        expect(encodeFold(back)).toEqual(encodeFold(fold));
        expect(new Map(back)).toEqual(new Map(fold));
      }),
    );
  });

  it("shares no memory with the one it was made from", () => {
    const fold = foldItems([scoreItem("a", 0.5)]);
    mergeFoldInto(decodeFold("bot", encodeFold(fold)), foldItems([scoreItem("b", 0.7)]));
    expect(fold).toEqual(foldItems([scoreItem("a", 0.5)]));
  });
});
