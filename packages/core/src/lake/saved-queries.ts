import { BUDGET_QUERIES } from "../budget/spend-sql.ts";
import { LOWER_IS_BETTER } from "../requests/score-direction.ts";
import { COST_QUERIES } from "./cost-queries.ts";
import { appCallsSql } from "./cost-sql.ts";
import { DRIFT_QUERIES } from "./drift-queries.ts";
import { GUARDRAILS } from "./guardrail-queries.ts";
import { LATENCY } from "./latency-queries.ts";
import { qualityOfSumsSql, qualitySql } from "./quality-sql.ts";
import { REVIEW_QUERIES } from "./review-queries.ts";
import { SAFETY } from "./safety-queries.ts";
import { SATISFACTION } from "./satisfaction-queries.ts";
import type { SavedQuery } from "./saved-query.ts";
import { USAGE } from "./usage-queries.ts";

/** A look has no pi and an evaluation of it enters no mean; else pi comes from the request, where feedback after the judgement raises it. */
const SCORE = "case when e.status = 'scored' and e.pi > 0 then e.score end";
const PI = "coalesce(r.pi, e.pi)";
/** In these a low score is no weakness. */
const BETTER_LOW = LOWER_IS_BETTER.map((metric) => `'${metric}'`).join(", ");

const qualityOfRequests = (columns: string) => `select ${columns}, ${SCORE} as score, ${PI} as pi,
    case when r.first_pi is not null then 1 else 0 end as eligible,
    case when r.u < r.pi then 1 else 0 end as drawn,
    case when e.pi > 0 and e.status in ('scored', 'abstained') then 1 else 0 end as done
  from requests as r
  left join evaluations as e on e.request_id = r.request_id and e.metric = 'quality'
  where ${appCallsSql("r")}`;

/** Scored evaluations of the sample, for the mean that people's labels correct. */
const judgedIn = (columns: string, where: string): string =>
  `select ${columns}, e.request_id, e."at", e.metric, ${SCORE} as score, ${PI} as pi
  from evaluations as e
  left join requests as r on r.request_id = e.request_id
  where ${where}`;
const JUDGED_QUALITY = `e.metric = 'quality' and ${appCallsSql("r")}`;

/** Event hour of a `rollups` row as a timestamp. */
const HOUR = `cast(substr("at", 1, 10) || ' ' || substr("at", 12, 8) as timestamp)`;
const SPAN_HOURS = { "1h": 1, "24h": 24, "7d": 168 } as const;
const ofSpan = ([span, hours]: [string, number]): string =>
  `select '${span}' as span, timed.* from timed where hour_start > newest - interval '${hours}' hour`;

const QUALITY: Readonly<Record<string, SavedQuery>> = {
  "quality-by-variant": {
    title: "Quality by variant",
    description:
      "Weighted mean of the judge's quality with its 95 % interval; the mean is withheld below an effective sample of 10. naive_mean ignores how the sample was drawn. corrected_mean is what people would say, from their labels and the judge together (PPI++); NULL below 10 effective labels.",
    sql: qualitySql({
      source: qualityOfRequests("r.app, r.variant"),
      groupBy: ["app", "variant"],
      rows: "requests",
      judged: judgedIn("r.app, r.variant", JUDGED_QUALITY),
    }),
  },
  "quality-by-prompt-and-model": {
    title: "Quality by prompt version and model",
    description: "As quality-by-variant, for every prompt version on every model.",
    sql: qualitySql({
      source: qualityOfRequests("r.app, r.prompt_version, r.model_id"),
      groupBy: ["app", "prompt_version", "model_id"],
      rows: "requests",
      judged: judgedIn("r.app, r.prompt_version, r.model_id", JUDGED_QUALITY),
    }),
  },
  "quality-by-span": {
    title: "Quality over 1 h, 24 h and 7 d",
    description:
      "Weighted mean by variant, prompt version and model over the windows that end with the newest closed hour, from the hourly roll-ups.",
    sql: qualityOfSumsSql({
      source: `select span, app, variant, prompt_version, model_id, metric, requests, scored, abstained, eligible, drawn,
    sum_w, sum_w2, sum_wy, sum_w2y, sum_w2y2, sum_y
  from (
    with timed as (select rollups.*, ${HOUR} as hour_start, max(${HOUR}) over () as newest from rollups)
    ${Object.entries(SPAN_HOURS).map(ofSpan).join("\n    union all ")}
  ) as spanned
  where metric = 'quality'`,
      groupBy: ["app", "variant", "prompt_version", "model_id", "span"],
    }),
  },
  "quality-by-hour": {
    title: "Quality by hour",
    description:
      "Weighted mean of every variant and hour of event time; provisional while feedback may still raise a weight (72 h), then final.",
    sql: qualityOfSumsSql({
      source: `select app, variant, "at" as hour_start,
    case when final_at <= (select max("at") from requests) then 'final' else 'provisional' end as state,
    requests, scored, abstained, eligible, drawn, sum_w, sum_w2, sum_wy, sum_w2y, sum_w2y2, sum_y
  from rollups
  where metric = 'quality'`,
      groupBy: ["app", "variant", "hour_start", "state"],
    }),
  },
  "scores-by-metric": {
    title: "Scores by metric and variant",
    description:
      "Weighted mean of every metric with its 95 % interval; evaluations counts the unscored ones too.",
    sql: qualitySql({
      source: `select e.app, e.variant, e.metric, ${SCORE} as score, ${PI} as pi,
    1 as eligible, case when e.pi > 0 then 1 else 0 end as drawn,
    case when e.pi > 0 and e.status in ('scored', 'abstained') then 1 else 0 end as done
  from evaluations as e
  left join requests as r on r.request_id = e.request_id`,
      groupBy: ["app", "variant", "metric"],
      rows: "evaluations",
      judged: judgedIn("e.app, e.variant", "e.pi > 0"),
    }),
  },
  "worst-answers": {
    title: "Worst answers",
    description:
      "The 20 lowest quality scores, the metric that pulled each down, why, and where the text lies.",
    sql: `with ranked as (
  select request_id, metric, score, reason,
    row_number() over (partition by request_id order by score, metric) as place
  from evaluations
  where status = 'scored' and metric <> 'quality' and metric not in (${BETTER_LOW})
)
select q.request_id, q."at", q.app, q.variant, q.prompt_version, q.model_id, r.user_id,
  q.score as quality, w.metric as weakest_metric, w.score as weakest_score, coalesce(w.reason, q.reason) as reason,
  r.source_key || '#' || cast(r.source_line as varchar) as source
from evaluations as q
left join ranked as w on w.request_id = q.request_id and w.place = 1
left join requests as r on r.request_id = q.request_id
where q.metric = 'quality' and q.status = 'scored'
order by q.score, q."at" desc, q.request_id
limit 20`,
  },
  "suspected-injections": {
    title: "Suspected injections",
    description:
      "Judged requests whose question, passages or answer seem to speak to the judge, newest first, with what was found and where the text lies. A suspicion changes no score.",
    sql: `select e.request_id, e."at", e.app, e.variant, e.prompt_version, r.user_id, e.injection, e.status, e.score as quality,
  r.source_key || '#' || cast(r.source_line as varchar) as source
from evaluations as e
left join requests as r on r.request_id = e.request_id
where e.metric = 'quality' and e.injection is not null
order by e."at" desc, e.request_id
limit 100`,
  },
  "evaluation-outcomes": {
    title: "Evaluation outcomes by metric",
    description: "How often each metric was scored, abstained or failed; only scored ones enter a mean.",
    sql: `select metric,
  count(*) filter (where status = 'scored') as scored,
  count(*) filter (where status = 'abstained') as abstained,
  count(*) filter (where status = 'failed') as failed,
  cast(count(*) filter (where status = 'scored') as double) / count(*) as scored_share
from evaluations
group by metric
order by metric`,
  },
};

const SAMPLING: Readonly<Record<string, SavedQuery>> = {
  "why-not-evaluated": {
    title: "Why was this request not evaluated?",
    description:
      "Outcome, permanent random number u, inclusion probability pi and the sampling rules of one request.",
    parameters: ["request_id"],
    sql: `select wanted.request_id, r."at", r.app, r.variant, r.outcome, r.outcome_reason, r.u, r.pi, r.first_pi, r.rules,
  r.deciding_rule, r.priority, q.status as quality_status, q.score as quality, q.reason as quality_reason,
  r.source_key, r.source_line,
  case
    when r.request_id is null then 'not in the lake: not read yet, quarantined, or not a request id'
    when r.outcome = 'filtered' then 'never eligible: ' || coalesce(r.outcome_reason, 'no reason recorded')
    when r.outcome = 'sampled_out' then 'eligible, not drawn: u is not below pi'
    when r.outcome = 'over_budget' then 'eligible, not drawn: a rule asked for it, the judge budget did not reach'
    when r.deciding_rule = 'look' then 'not drawn, but a person wanted it judged; its scores enter no mean'
    when r.outcome = 'queued' then 'drawn: u is below pi; no result yet'
    when r.outcome = 'judged' then 'it was evaluated'
    when r.outcome = 'abstained' then 'drawn; the judge gave no score: ' || coalesce(r.outcome_reason, q.reason, 'no reason recorded')
    when r.outcome = 'failed' then 'drawn; judging failed: ' || coalesce(r.outcome_reason, q.reason, 'no reason recorded')
    else 'unknown outcome'
  end as explanation
from (select cast(? as varchar) as request_id) as wanted
left join requests as r on r.request_id = wanted.request_id
left join evaluations as q on q.request_id = wanted.request_id and q.metric = 'quality'`,
  },
  "decision-ledger": {
    title: "Decision ledger",
    description:
      "What became of every request: count, share and mean pi by outcome, its reason and the deciding rule.",
    sql: `select outcome, outcome_reason, deciding_rule,
  count(*) as requests,
  cast(count(*) as double) / sum(count(*)) over () as share,
  avg(pi) as mean_pi
from requests
group by outcome, outcome_reason, deciding_rule
order by requests desc, outcome, outcome_reason, deciding_rule`,
  },
};

const OPERATIONS: Readonly<Record<string, SavedQuery>> = {
  "feedback-vs-judge": {
    title: "Feedback against the judge",
    description:
      "Requests with both a user's verdict and a quality score, split at 0.5; agreement is weighted by 1/pi, over requests that got feedback.",
    sql: `with votes as (
  select request_id,
    case when negative then 0
      when (kind = 'thumbs' and value = 'up') or (kind = 'rating' and try_cast(value as double) > 3)
        or (kind = 'implicit' and value = 'copy') then 1 end as positive,
    row_number() over (
      partition by request_id, coalesce(user_id, feedback_id) order by "at" desc, feedback_id desc
    ) as recency
  from feedback
  where request_id is not null and (negative or kind in ('thumbs', 'rating', 'implicit'))
),
verdicts as (
  select request_id, min(positive) as positive
  from votes
  where recency = 1 and positive is not null
  group by request_id
),
compared as (
  select e.app, e.variant, v.positive, case when e.score >= 5e-1 then 1 else 0 end as good,
    1e0 / coalesce(r.pi, e.pi) as w
  from verdicts as v
  inner join evaluations as e on e.request_id = v.request_id
  left join requests as r on r.request_id = v.request_id
  where e.metric = 'quality' and e.status = 'scored' and e.pi > 0
)
select app, variant,
  count(*) as requests,
  count(*) filter (where positive = 1 and good = 1) as both_good,
  count(*) filter (where positive = 0 and good = 0) as both_bad,
  count(*) filter (where positive = 0 and good = 1) as user_bad_judge_good,
  count(*) filter (where positive = 1 and good = 0) as user_good_judge_bad,
  sum(case when positive = good then w else 0e0 end) / sum(w) as agreement,
  avg(case when positive = good then 1e0 else 0e0 end) as naive_agreement,
  sum(w) * sum(w) / sum(w * w) as n_eff
from compared
group by app, variant
order by app, variant`,
  },
  "quarantine-reasons": {
    title: "Quarantined records by reason",
    description: "What could not be read, by reason, with one place to look at.",
    sql: `select reason,
  count(*) as records,
  count(distinct source_key) as files,
  min(source_key || coalesce('#' || cast(source_line as varchar), '')) as example,
  min("at") as first_at,
  max("at") as last_at
from quarantine
group by reason
order by records desc, reason`,
  },
  rollbacks: {
    title: "Rollbacks",
    description: "Every automatic rollback, newest first, with its rule, evidence and reason.",
    sql: `select "at", app, generation, from_variant, to_variant, rule, e_value, reason
from rollbacks
order by "at" desc, app, generation desc`,
  },
};

/** Saved SQL by name: `bellwether query --saved NAME` and the named queries of the Athena workgroup. */
export const SAVED_QUERIES: Readonly<Record<string, SavedQuery>> = {
  ...SAMPLING,
  ...QUALITY,
  ...COST_QUERIES,
  ...DRIFT_QUERIES,
  ...BUDGET_QUERIES,
  ...USAGE,
  ...SATISFACTION,
  ...SAFETY,
  ...GUARDRAILS,
  ...LATENCY,
  ...REVIEW_QUERIES,
  ...OPERATIONS,
};
