import { decideAgain } from "@bellwether/core/requests/decision";
import { decide } from "@bellwether/core/sampling/decide";
import { foldItems } from "@bellwether/core/windows/fold";
import type { ScoreItem } from "@bellwether/core/windows/items";
import { measureOf } from "@bellwether/core/windows/measures";
import { hajekEstimate } from "@bellwether/stats/hajek";
import { emptyMoments, type Moments, mergeMoments } from "@bellwether/stats/moments";
import {
  drawWith,
  factsOf,
  POPULATION,
  type Repetition,
  randomStream,
  SHARES,
  samplingOf,
  scoreAt,
} from "../support/simulate-sampling.ts";

export const FIXED_REQUESTS = 10_000;
const HOUR_MS = 3_600_000;
/** Negative votes come this late at most. */
export const LATEST_VOTE_H = 48;

const config = samplingOf({ preset: "fixed" });
const segment = { app: "bot", variant: "v1", promptVersion: "1", model: "m" };

interface Judged {
  readonly id: number;
  readonly pi: number;
  readonly rev: number;
  readonly score: number;
}

const itemOf = ({ id, pi, rev, score }: Judged): ScoreItem => ({
  kind: "score",
  bucket: 0,
  segment,
  requestId: `r${id}`,
  pi,
  uniform: false,
  raised: rev > 1,
  rev,
  judgePicoUsd: 0,
  outcomes: { quality: { status: "scored", score } },
});

/** The sums that the pipeline keeps of these judgements. */
function momentsOf(judged: readonly Judged[]): Moments {
  let moments = emptyMoments();
  for (const { tally } of foldItems(judged.map(itemOf)).values()) {
    const quality = tally.metrics.get("quality");
    if (quality !== undefined) moments = mergeMoments(moments, quality.moments);
  }
  return moments;
}

const Z = 1.96;

function repetitionOf(moments: Moments, truth: number, extra: Record<string, number>): Repetition {
  const estimate = hajekEstimate(moments);
  if (estimate === undefined) throw new Error("nothing was judged");
  const { mean, low, high } = estimate;
  return {
    error: mean - truth,
    covered: low <= truth && truth <= high,
    judged: moments.n,
    halfWidth: (high - low) / 2,
    extra,
  };
}

/** The seed's rules on a window of requests, feedback known when the record is read. */
export function fixedRepetition(seed: number, rep: number): Repetition {
  const random = randomStream(seed, 1, rep);
  const judged: Judged[] = [];
  for (let id = 0; id < FIXED_REQUESTS; id++) {
    const negative = random() < SHARES.negative;
    const flagged = random() < SHARES.flagged;
    const { pi } = decide(factsOf(flagged, negative), config.sampling, undefined);
    if (random() >= pi) continue;
    const score = scoreAt(negative ? "negative" : flagged ? "flagged" : "plain", random());
    judged.push({ id, pi, rev: 1, score });
  }
  const moments = momentsOf(judged);
  const measure = measureOf(moments);
  const naive = (measure.naiveMean ?? Number.NaN) - POPULATION.mean;
  // The interval that a plain mean would be shown with.
  const squares = judged.reduce((sum, { score }) => sum + (score - POPULATION.mean - naive) ** 2, 0);
  const naiveHalf = (Z * Math.sqrt(squares / (judged.length - 1))) / Math.sqrt(judged.length);
  const naiveCovered = Math.abs(naive) <= naiveHalf ? 1 : 0;
  return repetitionOf(moments, POPULATION.mean, { naive, naiveCovered, nEff: measure.nEff });
}

/** The same rules when votes come up to two days after the request: decided at ingest, and again when they come. */
export function lateFeedbackRepetition(seed: number, rep: number): Repetition {
  const random = randomStream(seed, 2, rep);
  const judged: Judged[] = [];
  const early: Judged[] = [];
  for (let id = 0; id < FIXED_REQUESTS; id++) {
    const negative = random() < SHARES.negative;
    const flagged = random() < SHARES.flagged;
    const decision = drawWith(decide(factsOf(flagged), config.sampling, undefined), random());
    const lateH = LATEST_VOTE_H * random();
    const score = scoreAt(negative ? "negative" : flagged ? "flagged" : "plain", random());
    const first = { id, pi: decision.pi, rev: 1, score };
    if (decision.outcome === "queued") {
      judged.push(first);
      early.push(first);
    }
    if (!negative) continue;
    const times = { requestAt: 0, feedbackAt: lateH * HOUR_MS };
    const again = decideAgain(decision, times, config, undefined);
    if (again?.outcome !== "queued" || again.pi === null) continue;
    const second = { id, pi: again.pi, rev: 2, score };
    judged.push(second);
    if (lateH <= LATEST_VOTE_H / 2) early.push(second);
  }
  const moments = momentsOf(judged);
  const halfway = repetitionOf(momentsOf(early), POPULATION.mean, {});
  // What a system shows that keeps the weight with which it first drew the request.
  const drawn = new Set<number>();
  const frozen = { w: 0, wy: 0 };
  for (const { id, pi, score } of judged) {
    if (drawn.has(id)) continue;
    drawn.add(id);
    frozen.w += 1 / pi;
    frozen.wy += score / pi;
  }
  const extra = {
    halfwayError: halfway.error,
    halfwayCovered: halfway.covered ? 1 : 0,
    frozen: frozen.wy / frozen.w - POPULATION.mean,
  };
  return repetitionOf(moments, POPULATION.mean, extra);
}
