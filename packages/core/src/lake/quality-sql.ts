import { correctedCtes } from "./corrected-sql.ts";
import { double, tQuantileSql, Z } from "./t-interval-sql.ts";

/**
 * From a CTE `sums` (grouping columns, looked, n, naive_mean, mean, sw, sw2, squares = Σw²e², second_moment) to the
 * mean with its interval, as `hajekEstimate` in packages/stats computes them; `columns` are passed through from `sums`.
 */
function estimatesSql(group: string, columns: readonly string[], rows: string): string {
  const more = columns.map((name) => `, ${name}`).join("");
  return `estimates as (
  select ${group}, looked, n, naive_mean, mean${more}, coalesce(sw * sw / nullif(sw2, 0), ${double(0)}) as n_eff,
    case when squares > 1e-12 * second_moment then squares / (sw * sw) else ${double(0)} end as variance
  from sums
),
intervals as (
  select ${group}, looked, n, naive_mean, mean${more}, n_eff, variance,
    case when n_eff < 10 then null
      when variance = 0 then mean * n_eff / (n_eff + ${double(Z * Z)})
      else mean - ${tQuantileSql("n_eff - 1")} * sqrt(variance) end as low,
    case when n_eff < 10 then null
      when variance = 0 then mean + (1 - mean) * ${double(Z * Z)} / (n_eff + ${double(Z * Z)})
      else mean + ${tQuantileSql("n_eff - 1")} * sqrt(variance) end as high
  from estimates
),
raw as (
  select ${group},
  case when n_eff >= 10 then mean end as mean,
  case when low < 0 then ${double(0)} else low end as low,
  case when high > 1 then ${double(1)} else high end as high,
  n_eff, n, looked as ${rows}, naive_mean,
  case when n_eff < 10 then 'suppressed' when n_eff < 30 then 'flagged' else 'published' end as reliability${more}
  from intervals
)`;
}

/** Same group, also where a column is NULL. */
const sameGroup = (groupBy: readonly string[]): string =>
  groupBy.map((name) => `c.${name} is not distinct from raw.${name}`).join(" and ");

/** Rows of the CTE `raw`, with what people say of the mean beside it. */
const withCorrected = (groupBy: readonly string[]): string =>
  `select raw.*, c.corrected_mean, c.corrected_low, c.corrected_high, coalesce(c.labels, 0) as labels
from raw
left join corrected as c on ${sameGroup(groupBy)}
order by ${groupBy.map((name) => `raw.${name}`).join(", ")}`;

export interface QualityQuery {
  /** SELECT with the grouping columns, `score` (NULL unless scored), `pi`, `eligible`, `drawn` and `done` (0 or 1) of every row that counts as `rows`. */
  readonly source: string;
  readonly groupBy: readonly string[];
  /** Name of the column that counts the rows of a group, scored or not. */
  readonly rows: string;
  /** SELECT as `correctedCtes` wants it, of the same evaluations; without it no corrected mean is shown. */
  readonly judged?: string;
}

/** Share as SQL, NULL of nothing. */
const share = (part: string, whole: string): string => `cast(${part} as double) / nullif(${whole}, 0)`;

/**
 * Weighted mean per group: the Hájek mean Σwy/Σw with w = 1/pi, its linearised variance Σw²e²/(Σw)² and a 95 % t
 * interval at n_eff − 1 degrees of freedom clipped to [0, 1]; mean and interval are NULL and `reliability` says
 * `suppressed` below n_eff = 10. `judged_share` is done over eligible, `completion_rate` done over drawn.
 */
export function qualitySql({ source, groupBy, rows, judged }: QualityQuery): string {
  const group = groupBy.join(", ");
  return `with looked_at as (
  ${source}
),
weighted as (
  select ${group}, score, case when score is not null then ${double(1)} / pi end as w, eligible, drawn, done
  from looked_at
),
centred as (
  select ${group}, score, w, eligible, drawn, done,
    sum(w * score) over (partition by ${group}) / sum(w) over (partition by ${group}) as mean
  from weighted
),
sums as (
  select ${group}, count(*) as looked, count(score) as n, avg(score) as naive_mean, max(mean) as mean,
    sum(w) as sw, sum(w * w) as sw2, sum(w * w * (score - mean) * (score - mean)) as squares,
    sum(w * w * (score * score + mean * mean)) as second_moment,
    ${share("sum(done)", "sum(eligible)")} as judged_share,
    ${share("sum(done)", "sum(drawn)")} as completion_rate
  from centred
  group by ${group}
),
${estimatesSql(group, ["judged_share", "completion_rate"], rows)}${judged === undefined ? `\nselect * from raw order by ${group}` : `,\n${correctedCtes(judged, group)}\n${withCorrected(groupBy)}`}`;
}

/** The same mean from the sums of `rollups` rows that `source` selects with the grouping columns. */
export function qualityOfSumsSql({ source, groupBy }: Pick<QualityQuery, "source" | "groupBy">): string {
  const group = groupBy.join(", ");
  return `with parts as (
  ${source}
),
totals as (
  select ${group}, sum(requests) as looked, sum(scored) as n, sum(sum_y) / nullif(sum(scored), 0) as naive_mean,
    sum(sum_wy) / nullif(sum(sum_w), 0) as mean, sum(sum_w) as sw, sum(sum_w2) as sw2,
    sum(sum_w2y) as sw2y, sum(sum_w2y2) as sw2y2,
    ${share("sum(scored + abstained)", "sum(eligible)")} as judged_share,
    ${share("sum(scored + abstained)", "sum(drawn)")} as completion_rate
  from parts
  group by ${group}
),
sums as (
  select ${group}, looked, n, naive_mean, mean, sw, sw2, judged_share, completion_rate,
    sw2y2 - 2 * mean * sw2y + mean * mean * sw2 as squares, sw2y2 + mean * mean * sw2 as second_moment
  from totals
),
${estimatesSql(group, ["judged_share", "completion_rate"], "requests")}
select * from raw order by ${group}`;
}
