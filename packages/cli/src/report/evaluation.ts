import type { Lake } from "@bellwether/local/lake/open-lake";
import { hajekEstimate, reliability } from "@bellwether/stats/hajek";
import { emptyMoments, type Moments, observe } from "@bellwether/stats/moments";
import { table } from "./rows.ts";

/** One metric over judged requests: weighted mean with 95 % interval, and the naive mean only for comparison. */
interface MetricSummary {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly nEff: number;
  readonly naiveMean: number | null;
  /** `suppressed` below 10 effective observations, `flagged` below 30. */
  readonly reliability: "suppressed" | "flagged" | "published";
  readonly scored: number;
  readonly abstained: number;
  readonly failed: number;
}

export interface EvaluationSummary {
  /** Requests whose quality was scored, abstained or failed. */
  readonly scored: number;
  readonly abstained: number;
  readonly failed: number;
  readonly byMetric: Readonly<Record<string, MetricSummary>>;
}

interface Row {
  readonly metric: string;
  readonly status: "scored" | "abstained" | "failed";
  readonly score: number | null;
  readonly pi: number | null;
}

/** Statuses and weighted mean of rows in a fixed order, so that sums are the same to the last digit. */
function metricSummary(rows: readonly Row[]): MetricSummary {
  const statuses = { scored: 0, abstained: 0, failed: 0 };
  let moments: Moments = emptyMoments();
  for (const { status, score, pi } of rows) {
    statuses[status] += 1;
    if (status === "scored" && score !== null && pi !== null) moments = observe(moments, score, pi);
  }
  const estimate = hajekEstimate(moments);
  return {
    mean: estimate?.mean ?? null,
    low: estimate?.low ?? null,
    high: estimate?.high ?? null,
    nEff: estimate?.nEff ?? 0,
    naiveMean: moments.n > 0 ? moments.sy / moments.n : null,
    reliability: reliability(estimate?.nEff ?? 0),
    ...statuses,
  };
}

export async function evaluationSummary(lake: Lake): Promise<EvaluationSummary> {
  // pi comes from the request: feedback after the judgement raises it there.
  const rows = await table<Row>(
    lake,
    `select e.metric, e.status, e.score, coalesce(r.pi, e.pi) as pi
     from evaluations e left join requests r on r.request_id = e.request_id
     order by e.metric, e.request_id`,
  );
  const byMetric: Record<string, MetricSummary> = {};
  for (const [metric, group] of Map.groupBy(rows, (row) => row.metric))
    byMetric[metric] = metricSummary(group);
  const { scored = 0, abstained = 0, failed = 0 } = byMetric.quality ?? {};
  return { scored, abstained, failed, byMetric };
}
