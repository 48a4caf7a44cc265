import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { type Fold, foldItems } from "@bellwether/core/windows/fold";
import { type CountItem, type ScoreItem, type Segment, zeroCounts } from "@bellwether/core/windows/items";

export const START = Date.parse("2026-10-06T08:00:00Z");

export const segment = (variant: string, promptVersion = "p1", model = "haiku"): Segment => ({
  app: "bot",
  variant,
  promptVersion,
  model,
});

export interface Judged {
  readonly id: string;
  readonly score: number;
  readonly pi: number;
}

/** Items of the bucket `index` × 5 minutes after `START`: `n` requests of which some were judged. */
export function bucketItems(index: number, where: Segment, n: number, judged: readonly Judged[]) {
  const bucket = START + index * BUCKET_MS;
  const count: CountItem = {
    kind: "count",
    bucket,
    segment: where,
    part: `part-${index}`,
    counts: { ...zeroCounts(), n, eligible: n, drawn: judged.length },
    latency: new Map(),
    cost: new Map(),
  };
  const scores = judged.map(
    ({ id, score, pi }): ScoreItem => ({
      kind: "score",
      bucket,
      segment: where,
      requestId: id,
      pi,
      uniform: false,
      raised: false,
      rev: 1,
      judgePicoUsd: 1_000_000,
      outcomes: { quality: { status: "scored", score } },
    }),
  );
  return { start: bucket, items: [count, ...scores] };
}

export const bucketFold = (
  ...parts: readonly ReturnType<typeof bucketItems>[]
): { start: number; fold: Fold } => ({
  start: parts[0]?.start ?? START,
  fold: foldItems(parts.flatMap(({ items }) => items)),
});
