import { addTo, binOf } from "@bellwether/core/windows/histogram";
import { type CountItem, type ScoreItem, zeroCounts } from "@bellwether/core/windows/items";
import fc from "fast-check";

const BUCKET = Date.parse("2026-10-06T07:55:00Z");

const variant = fc.constantFrom("v1", "v2", "unattributed", "__proto__", "10");
const model = fc.constantFrom("haiku", "nova");
const count = fc.nat(1_000);

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
      segment: { app: "bot", variant, promptVersion: variant, model },
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
    rev: fc.nat(5),
    pi: fc.constantFrom(0.02, 0.25, 1),
    uniform: fc.boolean(),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    status: fc.constantFrom("scored", "abstained", "failed"),
  })
  .map(({ score, status, ...rest }) => ({
    kind: "score",
    bucket: BUCKET,
    app: "bot",
    ...rest,
    outcomes: { quality: status === "scored" ? { status, score } : { status } },
  }));

/** A score item with its numbers given. */
export const scoreItem = (
  requestId: string,
  score: number,
  rest: Partial<Pick<ScoreItem, "pi" | "uniform" | "rev" | "variant" | "outcomes">> = {},
): ScoreItem => ({
  kind: "score",
  bucket: BUCKET,
  app: "bot",
  variant: "v1",
  requestId,
  pi: 1,
  uniform: true,
  rev: 1,
  outcomes: { quality: { status: "scored", score } },
  ...rest,
});
