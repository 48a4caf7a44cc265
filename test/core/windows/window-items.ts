import { addTo, binOf } from "@bellwether/core/windows/histogram";
import {
  type CountItem,
  type FeedbackItem,
  type ScoreItem,
  type Segment,
  zeroCounts,
} from "@bellwether/core/windows/items";
import fc from "fast-check";
import { segmentWith } from "../../support/segment.ts";

const BUCKET = Date.parse("2026-10-06T07:55:00Z");

const variant = fc.constantFrom("v1", "v2", "unattributed", "__proto__", "10");
const model = fc.constantFrom("haiku", "nova");
const count = fc.nat(1_000);

export const segmentOf = (variant: string, model: string): Segment =>
  segmentWith({ variant, promptVersion: variant, model });

/** Count items of several parts, variants and models of one bucket. */
export const countItem: fc.Arbitrary<CountItem> = fc
  .record({
    variant,
    model,
    part: fc.string({ minLength: 1, maxLength: 3 }),
    n: count,
    errors: count,
    cost: count,
    values: fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 5 }),
  })
  .map(({ variant, model, part, n, errors, cost, values }) => {
    const latency = new Map<number, number>();
    for (const value of values) addTo(latency, binOf(value));
    return {
      kind: "count",
      bucket: BUCKET,
      segment: segmentOf(variant, model),
      part,
      counts: { ...zeroCounts(), n, errors, costPicoUsd: cost },
      latency,
      cost: new Map(latency),
    };
  });

/** Score items of a few requests, so that revisions of one request meet. */
export const anyScore: fc.Arbitrary<ScoreItem> = fc
  .record({
    requestId: fc.constantFrom("r1", "r2", "r3", "r4", "r5", "r6"),
    variant,
    model,
    rev: fc.nat(5),
    pi: fc.constantFrom(0.02, 0.25, 1, null),
    uniform: fc.boolean(),
    raised: fc.boolean(),
    judgePicoUsd: fc.constantFrom(0, 1_500_000, null),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    status: fc.constantFrom("scored", "abstained", "failed", "waiting"),
  })
  .map(({ score, status, variant, model, ...rest }) => ({
    kind: "score",
    bucket: BUCKET,
    segment: segmentOf(variant, model),
    ...rest,
    outcomes: status === "waiting" ? {} : { quality: status === "scored" ? { status, score } : { status } },
  }));

/** Votes of a few users on a few requests, so that users change their minds. */
export const anyVote: fc.Arbitrary<FeedbackItem> = fc
  .record({
    requestId: fc.constantFrom("r1", "r2", "r3"),
    user: fc.constantFrom("ann", "bob"),
    variant,
    model,
    votedAt: fc.nat(3),
    feedbackId: fc.constantFrom("f1", "f2"),
    negative: fc.boolean(),
  })
  .map(({ variant, model, ...rest }) => ({
    kind: "feedback",
    bucket: BUCKET,
    segment: segmentOf(variant, model),
    ...rest,
  }));

/** A score item with its numbers given. */
export const scoreItem = (
  requestId: string,
  score: number,
  rest: Partial<
    Pick<ScoreItem, "segment" | "pi" | "uniform" | "raised" | "rev" | "judgePicoUsd" | "outcomes">
  > = {},
): ScoreItem => ({
  kind: "score",
  bucket: BUCKET,
  segment: segmentOf("v1", "haiku"),
  requestId,
  pi: 1,
  uniform: true,
  raised: false,
  rev: 1,
  judgePicoUsd: 0,
  outcomes: { quality: { status: "scored", score } },
  ...rest,
});
