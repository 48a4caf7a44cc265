import { correctedCtes } from "@bellwether/core/lake/corrected-sql";
import { JUDGE_APP } from "@bellwether/core/requests/decision";
import { type Measure, measureOf } from "@bellwether/core/windows/measures";
import type { Lake } from "@bellwether/local/lake/open-lake";
import { emptyMoments, type Moments, observe } from "@bellwether/stats/moments";
import { table } from "./rows.ts";

/** The mean that people's labels give; see `bellwether review`. */
interface CorrectedSummary {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly labels: number;
}

/** One metric over judged requests of the sample. */
interface MetricSummary extends Measure {
  readonly scored: number;
  readonly abstained: number;
  readonly failed: number;
  readonly corrected: CorrectedSummary | null;
  /** Why there is no corrected mean; null when there is one. */
  readonly uncorrected: "no_labels" | "too_few_labels" | null;
}

export interface EvaluationSummary {
  /** Requests whose quality was scored, abstained or failed; looks outside the sample are in none of these numbers. */
  readonly scored: number;
  readonly abstained: number;
  readonly failed: number;
  /** Scored and abstained over requests that have a text to judge; null without any. */
  readonly judgedShare: number | null;
  /** Scored and abstained over drawn; null when none was drawn. */
  readonly completionRate: number | null;
  readonly byMetric: Readonly<Record<string, MetricSummary>>;
}

interface Row {
  readonly metric: string;
  readonly status: "scored" | "abstained" | "failed";
  readonly score: number | null;
  readonly pi: number | null;
}

type CorrectedRow = { readonly metric: string } & Readonly<
  Record<"labels" | "corrected_mean" | "corrected_low" | "corrected_high", number | null>
>;

const SOURCE = `select e.request_id, e.app, e.metric, e."at", e.score, coalesce(r.pi, e.pi) as pi
  from evaluations as e left join requests as r on r.request_id = e.request_id
  where e.status = 'scored' and e.pi > 0`;

function correctedSummary(row: CorrectedRow | undefined): Pick<MetricSummary, "corrected" | "uncorrected"> {
  const {
    labels = 0,
    corrected_mean: mean = null,
    corrected_low: low = null,
    corrected_high: high = null,
  } = row ?? {};
  if (mean === null || low === null || high === null)
    return { corrected: null, uncorrected: labels === 0 ? "no_labels" : "too_few_labels" };
  return { corrected: { mean, low, high, labels: labels ?? 0 }, uncorrected: null };
}

/** Statuses and weighted mean of rows in a fixed order, so that sums are the same to the last digit. */
function metricSummary(rows: readonly Row[]): Omit<MetricSummary, "corrected" | "uncorrected"> {
  const statuses = { scored: 0, abstained: 0, failed: 0 };
  let moments: Moments = emptyMoments();
  for (const { status, score, pi } of rows) {
    statuses[status] += 1;
    if (status === "scored" && score !== null && pi !== null) moments = observe(moments, score, pi);
  }
  return { ...measureOf(moments), ...statuses };
}

export async function evaluationSummary(lake: Lake): Promise<EvaluationSummary> {
  // pi comes from the request: feedback after the judgement raises it there.
  const rows = await table<Row>(
    lake,
    `select e.metric, e.status, e.score, coalesce(r.pi, e.pi) as pi
     from evaluations e left join requests r on r.request_id = e.request_id
     where e.pi is not null
     order by e.metric, e.request_id`,
  );
  const corrected = await table<CorrectedRow>(
    lake,
    `with ${correctedCtes(SOURCE, "metric")} select * from corrected`,
  );
  const byMetric: Record<string, MetricSummary> = {};
  for (const [metric, group] of Map.groupBy(rows, (row) => row.metric))
    byMetric[metric] = {
      ...metricSummary(group),
      ...correctedSummary(corrected.find((row) => row.metric === metric)),
    };
  const { scored = 0, abstained = 0, failed = 0 } = byMetric.quality ?? {};
  const [sample] = await table<{ eligible: number; drawn: number }>(
    lake,
    `select count(first_pi) as eligible, coalesce(sum(case when u < pi then 1 else 0 end), 0) as drawn
     from requests where app <> '${JUDGE_APP}'`,
  );
  const { eligible = 0, drawn = 0 } = sample ?? {};
  const done = scored + abstained;
  return {
    scored,
    abstained,
    failed,
    judgedShare: eligible > 0 ? done / eligible : null,
    completionRate: drawn > 0 ? done / drawn : null,
    byMetric,
  };
}
