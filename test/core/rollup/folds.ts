import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { type CountItems, countRequest } from "@bellwether/core/windows/count-requests";
import { type Fold, foldItems } from "@bellwether/core/windows/fold";
import {
  type CountItem,
  type FeedbackItem,
  type ScoreItem,
  type Segment,
  zeroCounts,
} from "@bellwether/core/windows/items";

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

export interface Answered {
  readonly latencyMs: number;
  readonly ttftMs?: number;
  readonly outputTokens?: number;
  readonly errorCode?: string;
  /** Policies that acted on the prompt, and the guardrail's time. */
  readonly guardrail?: { readonly policy: string | null; readonly ms: number };
}

/** Items of the bucket `index`: the calls, and a negative vote on the first. */
export function answeredItems(index: number, where: Segment, answers: readonly Answered[]) {
  const bucket = START + index * BUCKET_MS;
  const counts: CountItems = new Map();
  answers.forEach(({ latencyMs, ttftMs, outputTokens = 11, errorCode, guardrail }, i) => {
    const row = {
      app: where.app,
      variant: where.variant,
      prompt_version: where.promptVersion,
      model_id: where.model,
      request_id: `${where.variant}-${index}-${i}`,
      input_tokens: 100,
      output_tokens: outputTokens,
      latency_ms: latencyMs,
      ...(ttftMs !== undefined && { ttft_ms: ttftMs }),
      ...(errorCode !== undefined && { error_code: errorCode }),
      ...(guardrail !== undefined && { guardrail_assessments: 1, guardrail_ms: guardrail.ms }),
      ...(guardrail?.policy && { guardrail: guardrail.policy, guardrail_input: guardrail.policy }),
    };
    countRequest(counts, row, bucket, `answers-${where.variant}-${where.promptVersion}-${index}`);
  });
  const vote: FeedbackItem = {
    kind: "feedback",
    bucket,
    segment: where,
    requestId: `${where.variant}-${index}-0`,
    user: "ann",
    votedAt: bucket,
    feedbackId: "f",
    negative: true,
  };
  return { start: bucket, items: [...counts.values(), vote] };
}
