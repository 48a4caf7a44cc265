import { double, tQuantileSql, Z } from "./t-interval-sql.ts";

/** Consensus of people on a request and metric: the median of their last labels (core/review/label). */
const LABELS_SQL = `select request_id, metric, avg(label) filter (where place * 2 between n and n + 2) as human
  from (
    select request_id, metric, label,
      row_number() over (partition by request_id, metric order by label) as place,
      count(*) over (partition by request_id, metric) as n
    from reviews
    where label is not null
  ) as given
  group by request_id, metric`;

/** Whole weeks since 2020-01-06, a Monday, of an ISO instant. */
const weekNumber = (at: string): string =>
  `date_diff('day', cast('2020-01-06' as date), cast(substr(${at}, 1, 10) as date)) - (date_diff('day', cast('2020-01-06' as date), cast(substr(${at}, 1, 10) as date)) % 7)`;

/**
 * The mean that people would give per group, with a 95 % t interval: `correctedMean` of core/review as SQL, from CTEs
 * `corrected_items` on; ends with a CTE `corrected` (grouping columns, corrected_mean, corrected_low, corrected_high,
 * labels). `source` selects the grouping columns, `request_id`, `"at"`, `app`, `metric`, `score` and `pi` of evaluations.
 */
export function correctedCtes(source: string, group: string): string {
  return `people as (
  ${LABELS_SQL}
),
corrected_items as (
  select s.*, 1e0 / s.pi as w, ${weekNumber(`s."at"`)} as week
  from (${source}) as s
  where s.score is not null
),
calibrated as (
  select i.*, c.slope, p.human, t.rho * c.completion as rho
  from corrected_items as i
  inner join (
    select app, metric, ${weekNumber(`"at"`)} as week, slope, completion from calibrations where completion > 0
  ) as c on c.app = i.app and c.metric = i.metric and c.week = i.week
  left join review_tasks as t on t.request_id = i.request_id and t.rho is not null
  left join people as p on p.request_id = i.request_id and p.metric = i.metric
),
judged as (
  select ${group}, w, case when rho is not null then human end as y, rho,
    slope * (score - sum(w * score) over (partition by ${group}, app, metric, week)
      / sum(w) over (partition by ${group}, app, metric, week)) as f
  from calibrated
),
labelled as (
  select ${group}, w, f, y, rho, case when y is not null then w / rho end as v
  from judged
),
means as (
  select ${group}, w, f, y, rho, v,
    sum(v) over (partition by ${group}) as sum_v, sum(w) over (partition by ${group}) as sum_w,
    sum(w * f) over (partition by ${group}) / sum(w) over (partition by ${group}) as f_all,
    sum(v * f) over (partition by ${group}) / sum(v) over (partition by ${group}) as f_labelled,
    sum(v * y) over (partition by ${group}) / sum(v) over (partition by ${group}) as y_mean
  from labelled
),
corrected_sums as (
  select ${group}, count(y) as labels, max(f_all + y_mean - f_labelled) as theta,
    max(sum_v) * max(sum_v) / sum(v * v) as label_n_eff,
    sum(w * (f - f_all + coalesce((y - y_mean - (f - f_labelled)) / rho, 0e0))
      * w * (f - f_all + coalesce((y - y_mean - (f - f_labelled)) / rho, 0e0))) / (max(sum_w) * max(sum_w)) as variance
  from means
  group by ${group}
),
clipped as (
  select ${group}, labels, label_n_eff as n_eff,
    case when variance > 1e-24 then variance else 0e0 end as variance,
    case when theta < 0 then 0e0 when theta > 1 then 1e0 else theta end as mean
  from corrected_sums
),
bounds as (
  select ${group}, labels, case when n_eff >= 10 then mean end as mean,
    case when n_eff < 10 then null when variance = 0 then mean * n_eff / (n_eff + ${double(Z * Z)})
      else mean - ${tQuantileSql("n_eff - 1")} * sqrt(variance) end as low,
    case when n_eff < 10 then null when variance = 0 then mean + (1 - mean) * ${double(Z * Z)} / (n_eff + ${double(Z * Z)})
      else mean + ${tQuantileSql("n_eff - 1")} * sqrt(variance) end as high
  from clipped
),
corrected as (
  select ${group}, mean as corrected_mean, case when low < 0 then 0e0 else low end as corrected_low,
    case when high > 1 then 1e0 else high end as corrected_high, labels
  from bounds
)`;
}
