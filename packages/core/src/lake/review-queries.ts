import { ROOT_CAUSE_SQL } from "../review/root-cause.ts";
import type { SavedQuery } from "./saved-query.ts";

const scoreOf = (metrics: string, name: string): string =>
  `max(case when metric in (${metrics}) and status = 'scored' then score end) as ${name}`;

export const REVIEW_QUERIES: Readonly<Record<string, SavedQuery>> = {
  "judge-agreement": {
    title: "Agreement of the judge with people",
    description:
      "By app, metric and judge version, from labels of the random slice: kappa (good or not at 0.5), quadratically weighted kappa on five levels, r, bias (judge less people), each with its 95 % interval, and Krippendorff's alpha among people. unknown: too few labels. stale: another judge scores now, or the labels are old.",
    sql: `select app, metric, judge_version, judge_model, status, labels, n_eff, kappa, kappa_low, kappa_high,
  weighted_kappa, weighted_kappa_low, weighted_kappa_high, correlation, bias, bias_low, bias_high, alpha, warnings, "at"
from agreement
order by app, metric, "at" desc, judge_version`,
  },
  "judge-misses": {
    title: "Where people and judge differ most",
    description: "The 20 labelled answers on which people's median and the judge's score are furthest apart.",
    sql: `with people as (
  select request_id, metric, count(*) as reviewers, avg(label) as mean_label, min(label) as lowest, max(label) as highest
  from reviews
  where label is not null
  group by request_id, metric
)
select e.request_id, e.app, e.variant, e.metric, e.score as judge, p.mean_label as people, e.score - p.mean_label as gap,
  p.reviewers, p.lowest, p.highest, e.reason, e.judge_version
from people as p
inner join evaluations as e on e.request_id = p.request_id and e.metric = p.metric
where e.status = 'scored'
order by case when e.score > p.mean_label then e.score - p.mean_label else p.mean_label - e.score end desc, e.request_id
limit 20`,
  },
  "root-causes": {
    title: "Root causes of bad answers",
    description:
      "Answers with a quality below 0.5 by what went wrong: retrieval, generation, both, a question out of scope, or unknown. estimated weighs each by 1/pi: how many such answers were served; answers that only a person asked for count in answers alone.",
    sql: `with scores as (
  select request_id, max(app) as app, max(variant) as variant, max(prompt_version) as prompt_version, max(pi) as pi,
    ${scoreOf("'quality'", "quality")},
    ${scoreOf("'faithfulness'", "faithfulness")},
    ${scoreOf("'context_precision'", "context_precision")},
    ${scoreOf("'context_recall'", "context_recall")},
    ${scoreOf("'answer_relevancy', 'answer_relevancy_judged'", "answer_relevancy")}
  from evaluations
  group by request_id
),
causes as (
  select s.app, s.variant, s.prompt_version, s.quality, case when s.pi > 0 then 1e0 / coalesce(r.pi, s.pi) end as w,
    ${ROOT_CAUSE_SQL} as cause
  from scores as s
  left join requests as r on r.request_id = s.request_id
  where s.quality < 5e-1
)
select app, variant, prompt_version, cause, count(*) as answers, sum(w) as estimated,
  sum(w) / sum(sum(w)) over (partition by app, variant, prompt_version) as share, avg(quality) as mean_quality
from causes
group by app, variant, prompt_version, cause
order by app, variant, prompt_version, answers desc, cause`,
  },
};
