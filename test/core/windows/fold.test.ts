import { emptyVariantFold, type Fold, foldItems, mergeVariantInto } from "@bellwether/core/windows/fold";
import { decodeFold, encodeFold } from "@bellwether/core/windows/fold-codec";
import type { CorrectionItem, FeedbackItem } from "@bellwether/core/windows/items";
import { hajekEstimate } from "@bellwether/stats/hajek";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyScore, countItem, scoreItem } from "./window-items.ts";

const sorted = (fold: Fold): unknown =>
  [...fold]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([variant, f]) => [variant, encodeFold(new Map([[variant, f]]))]);
const vote = (user: string, negative: boolean, votedAt: number, feedbackId = "f"): FeedbackItem => ({
  kind: "feedback",
  bucket: 0,
  app: "bot",
  variant: "v1",
  requestId: "r1",
  user,
  votedAt,
  feedbackId,
  negative,
});

describe("count items", () => {
  it("give the same fold in any order", () => {
    fc.assert(
      fc.property(fc.array(countItem), fc.infiniteStream(fc.nat()), (items, keys) => {
        const shuffled = items
          .map((item) => ({ item, key: keys.next().value ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ item }) => item);
        expect(sorted(foldItems(shuffled))).toEqual(sorted(foldItems(items)));
      }),
    );
  });

  it("give the same fold when parts are folded apart and merged", () => {
    fc.assert(
      fc.property(fc.array(countItem), fc.nat(), (items, at) => {
        const cut = at % (items.length + 1);
        const merged: Fold = new Map();
        for (const part of [foldItems(items.slice(0, cut)), foldItems(items.slice(cut))]) {
          for (const [variant, fold] of part) {
            const target = merged.get(variant) ?? emptyVariantFold();
            mergeVariantInto(target, fold);
            merged.set(variant, target);
          }
        }
        expect(sorted(merged)).toEqual(sorted(foldItems(items)));
      }),
    );
  });
});

describe("score items", () => {
  it("weigh 1/pi: the mean is Hajek's", () => {
    const fold = foldItems([scoreItem("a", 1, { pi: 0.1 }), scoreItem("b", 0, { pi: 1 })]);
    const moments = fold.get("v1")?.metrics.get("quality")?.moments;
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
    const fold = foldItems([
      scoreItem("a", 0.504),
      scoreItem("b", 0.496),
      scoreItem("c", 0.1, { uniform: false }),
      scoreItem("d", 0, { outcomes: { quality: { status: "abstained" } } }),
    ]).get("v1");
    expect(fold?.quality).toEqual(new Map([[50, 2]]));
    expect(fold?.metrics.get("quality")).toMatchObject({ abstained: 1, failed: 0, moments: { n: 3 } });
  });

  it("keep abstained and failed apart from scores of 0", () => {
    const outcomes = {
      quality: { status: "failed" },
      safety: { status: "scored", score: 0 },
      faithfulness: { status: "abstained" },
    } as const;
    const fold = foldItems([scoreItem("a", 0, { outcomes })]).get("v1");
    expect(fold?.metrics.get("quality")).toMatchObject({ failed: 1, moments: { n: 0 } });
    expect(fold?.metrics.get("safety")).toMatchObject({ failed: 0, moments: { n: 1, sy: 0 } });
    expect(fold?.metrics.get("faithfulness")).toMatchObject({ abstained: 1, moments: { n: 0 } });
    expect(fold?.worst).toEqual([]);
  });

  it("show the three worst answers, ties by request id", () => {
    const scores: [string, number][] = [
      ["d", 0.4],
      ["b", 0.1],
      ["a", 0.1],
      ["c", 0.9],
    ];
    const fold = foldItems(scores.map(([id, score]) => scoreItem(id, score))).get("v1");
    expect(fold?.worst.map(({ requestId }) => requestId)).toEqual(["a", "b", "d"]);
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
    expect(foldItems(items).get("v1")).toMatchObject({ votes, negative });
  });
});

describe("a correction", () => {
  const correction = (error: boolean): CorrectionItem => ({
    kind: "correction",
    bucket: 0,
    app: "bot",
    requestId: "r1",
    from: "unattributed",
    to: "v2",
    model: "haiku",
    error,
  });

  it("moves exactly one request, and its error with it", () => {
    fc.assert(
      fc.property(fc.array(countItem), fc.boolean(), (items, error) => {
        const before = foldItems(items);
        const after = foldItems([...items, correction(error)]);
        const sum = (fold: Fold, field: "n" | "errors"): number =>
          [...fold.values()].reduce((all, f) => all + f.counts[field], 0);
        for (const field of ["n", "errors"] as const) {
          const moved = field === "n" || error ? 1 : 0;
          expect(sum(after, field)).toBe(sum(before, field));
          expect(after.get("v2")?.counts[field]).toBe((before.get("v2")?.counts[field] ?? 0) + moved);
        }
        const errors = (fold: Fold) => fold.get("v2")?.errorsByModel.get("haiku") ?? 0;
        expect(errors(after) - errors(before)).toBe(error ? 1 : 0);
      }),
    );
  });
});

describe("a stored fold", () => {
  it("comes back as it was, through JSON", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(countItem, anyScore)), (items) => {
        const fold = foldItems(items);
        const back = decodeFold(JSON.parse(JSON.stringify(encodeFold(fold))));
        expect(sorted(back)).toEqual(sorted(fold));
        expect(new Set(back.keys())).toEqual(new Set(fold.keys()));
      }),
    );
  });

  it("shares no memory with the one it was made from", () => {
    const fold = foldItems([scoreItem("a", 0.5)]);
    const back = decodeFold(encodeFold(fold));
    mergeVariantInto(
      back.get("v1") ?? emptyVariantFold(),
      foldItems([scoreItem("b", 0.7)]).get("v1") ?? emptyVariantFold(),
    );
    expect(fold).toEqual(foldItems([scoreItem("a", 0.5)]));
  });
});
