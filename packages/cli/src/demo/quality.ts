import type { JudgedAnswer } from "@bellwether/local/demo/judged-truth";
import type { Lake } from "@bellwether/local/lake/open-lake";
import { type Estimate, hajekEstimate } from "@bellwether/stats/hajek";
import { emptyMoments, observe } from "@bellwether/stats/moments";
import { table } from "../report/rows.ts";

/** A sampled quality score in [0, 1] with the inclusion probability of its request. */
export interface SampledScore {
  readonly variant: string;
  /** Event time, ms. */
  readonly at: number;
  readonly score: number;
  readonly pi: number;
}

/** What the product says of a variant's quality beside what judging every answer says. */
export interface VariantQuality {
  readonly judged: number;
  readonly naiveMean: number | null;
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Every answer judged. */
  readonly truth: number | null;
  readonly answers: number;
  /** Whether the 95 % interval holds the truth; null where one of them is missing. */
  readonly covered: boolean | null;
  /** The same for the 99.9 % interval, by which the demo judges itself. */
  readonly coveredWide: boolean | null;
}

const WIDE = 0.999;

/** Every quality score of the lake; pi comes from the request, as feedback after the judgement raises it there. */
export async function sampledScores(lake: Lake): Promise<SampledScore[]> {
  const rows = await table<{ variant: string; at: string; score: number; pi: number }>(
    lake,
    `select r.variant, r."at" as "at", e.score, coalesce(r.pi, e.pi) as pi
     from evaluations e inner join requests r on r.request_id = e.request_id
     where e.metric = 'quality' and e.status = 'scored' and e.pi > 0 and r.variant is not null
     order by e.request_id`,
  );
  return rows.map((row) => ({ ...row, at: Date.parse(row.at) }));
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Plain mean of judged answers; null without any. */
export const truthMean = (answers: readonly JudgedAnswer[]): number | null =>
  mean(answers.map(({ score }) => score));

/** Hájek mean of scores; undefined without any. */
function weightedQuality(scores: readonly SampledScore[], level = 0.95): Estimate | undefined {
  let moments = emptyMoments();
  for (const { score, pi } of scores) moments = observe(moments, score, pi);
  return hajekEstimate(moments, { level });
}

const holds = (estimate: Estimate | undefined, truth: number | null): boolean | null =>
  estimate === undefined || truth === null ? null : estimate.low <= truth && truth <= estimate.high;

/** Product and truth side by side for every variant that either knows. */
export function qualityByVariant(
  scores: readonly SampledScore[],
  answers: readonly JudgedAnswer[],
): Record<string, VariantQuality> {
  const variants = new Set([...answers, ...scores].map(({ variant }) => variant));
  const byVariant: Record<string, VariantQuality> = {};
  for (const variant of [...variants].sort()) {
    const sampled = scores.filter((score) => score.variant === variant);
    const served = answers.filter((answer) => answer.variant === variant);
    const estimate = weightedQuality(sampled);
    const truth = truthMean(served);
    byVariant[variant] = {
      judged: sampled.length,
      naiveMean: mean(sampled.map(({ score }) => score)),
      mean: estimate?.mean ?? null,
      low: estimate?.low ?? null,
      high: estimate?.high ?? null,
      truth,
      answers: served.length,
      covered: holds(estimate, truth),
      coveredWide: holds(weightedQuality(sampled, WIDE), truth),
    };
  }
  return byVariant;
}

/** Weighted mean per hour from `start` on; null where fewer than `least` scores say anything. */
export function qualityByHour(
  scores: readonly SampledScore[],
  start: number,
  hours: number,
  least = 5,
): (number | null)[] {
  return Array.from({ length: hours }, (_, hour) => {
    const from = start + hour * 3_600_000;
    const inHour = scores.filter(({ at }) => at >= from && at < from + 3_600_000);
    return inHour.length < least ? null : (weightedQuality(inHour)?.mean ?? null);
  });
}
