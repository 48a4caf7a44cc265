import { appCallsSql } from "./cost-sql.ts";
import { meanHalfWidthSql, npsIntervalSql, shareSql, wilsonSql } from "./interval-sql.ts";
import type { SavedQuery } from "./saved-query.ts";

/** Fewest ratings whose mean and net promoter score are shown. */
const FEWEST = 10;
const withEnough = (value: string): string => `case when v.ratings >= ${FEWEST} then ${value} end`;

const thumbs = wilsonSql("v.thumbs_up", "v.thumbs");
const csat = wilsonSql("v.satisfied", "v.ratings");
const negative = wilsonSql("v.negative", "v.votes");
const nps = npsIntervalSql("v.promoters", "v.detractors", "v.ratings");
const half = meanHalfWidthSql("v.ratings", "v.rating_sum", "v.rating_squares");

/** A rate of signals that an app has never sent is not known; 0 is for apps that do send them. */
const signalRate = (signal: string, whole: string): string =>
  `case when r.${signal} > 0 then ${shareSql(`coalesce(s.${signal}, 0)`, whole)} end as ${signal}_rate`;

export const SATISFACTION: Readonly<Record<string, SavedQuery>> = {
  "satisfaction-by-version": {
    title: "Satisfaction by prompt version",
    description:
      "Thumbs, ratings and signals by app and prompt version, with 95 % intervals that take votes for independent (Wilson; NPS adjusted Wald). Of a user's votes on a request or session the last of a kind counts, votes without a user are one user's. CSAT is the share of ratings of at least 4; NPS is built from the 1-5 scale: 5 promotes, up to 3 detracts, which is stricter than the 0-10 scale it was made for. Mean rating and NPS need 10 ratings. Who gave no feedback is counted nowhere, least of all as satisfied. Abandon and escalate are per session; rephrase, regenerate and copy per answered request; all five NULL while the app has never sent such a signal. Feedback that names only a session belongs to the version of the session's last call before it.",
    sql: `with calls as (
  select request_id, app, coalesce(prompt_version, 'none') as prompt_version, session_id, "at", error_code
  from requests
  where ${appCallsSql("requests")}
),
placed as (
  select f.feedback_id, f.request_id, c.session_id, f.kind, f.value, f.negative, f."at", c.app, c.prompt_version,
    f.request_id as target, coalesce(f.user_id, 'anybody') as voter
  from feedback as f
  inner join calls as c on c.request_id = f.request_id
  union all
  select feedback_id, request_id, session_id, kind, value, negative, "at", app, prompt_version,
    'session ' || session_id as target, voter
  from (
    select f.feedback_id, f.request_id, f.session_id, f.kind, f.value, f.negative, f."at", c.app, c.prompt_version,
      coalesce(f.user_id, 'anybody') as voter,
      row_number() over (
        partition by f.feedback_id
        order by case when c."at" <= f."at" then 0 else 1 end,
          case when c."at" <= f."at" then c."at" end desc nulls last, c."at", c.request_id
      ) as place
    from feedback as f
    inner join calls as c on c.session_id = f.session_id
    where f.request_id is null
  ) as near
  where place = 1
),
cast_votes as (
  select app, prompt_version, kind, value, negative,
    case when kind = 'rating' then try_cast(value as double) end as rating,
    row_number() over (partition by target, voter order by "at" desc, feedback_id desc) as of_all,
    row_number() over (partition by target, voter, kind order by "at" desc, feedback_id desc) as of_kind
  from placed
  where negative or kind in ('thumbs', 'rating')
),
voted as (
  select app, prompt_version,
    count(*) filter (where of_all = 1) as votes,
    count(*) filter (where of_all = 1 and negative) as negative,
    count(*) filter (where kind = 'thumbs' and of_kind = 1) as thumbs,
    count(*) filter (where kind = 'thumbs' and of_kind = 1 and value = 'up') as thumbs_up,
    count(rating) filter (where of_kind = 1) as ratings,
    sum(rating) filter (where of_kind = 1) as rating_sum,
    sum(rating * rating) filter (where of_kind = 1) as rating_squares,
    count(*) filter (where of_kind = 1 and rating >= 4) as satisfied,
    count(*) filter (where of_kind = 1 and rating >= 5) as promoters,
    count(*) filter (where of_kind = 1 and rating <= 3) as detractors
  from cast_votes
  group by app, prompt_version
),
signals as (
  select app, prompt_version,
    count(distinct case when value = 'abandon' then session_id end) as abandon,
    count(distinct case when value = 'escalate' then session_id end) as escalate,
    count(distinct case when value = 'rephrase' then coalesce(request_id, feedback_id) end) as rephrase,
    count(distinct case when value = 'regenerate' then coalesce(request_id, feedback_id) end) as regenerate,
    count(distinct case when value = 'copy' then coalesce(request_id, feedback_id) end) as copy
  from placed
  where kind = 'implicit'
  group by app, prompt_version
),
reported as (
  select app, sum(abandon) as abandon, sum(escalate) as escalate, sum(rephrase) as rephrase,
    sum(regenerate) as regenerate, sum(copy) as copy
  from signals
  group by app
),
totals as (
  select app, prompt_version, count(*) filter (where error_code is null) as answered,
    count(distinct session_id) as sessions
  from calls
  group by app, prompt_version
)
select t.app, t.prompt_version, t.answered, t.sessions,
  coalesce(v.thumbs, 0) as thumbs, ${shareSql("v.thumbs_up", "v.thumbs")} as thumbs_rate,
  ${thumbs.low} as thumbs_low, ${thumbs.high} as thumbs_high,
  coalesce(v.ratings, 0) as ratings, ${shareSql("v.satisfied", "v.ratings")} as csat,
  ${csat.low} as csat_low, ${csat.high} as csat_high,
  ${withEnough("v.rating_sum / v.ratings")} as mean_rating,
  ${withEnough(`case when v.rating_sum / v.ratings - ${half} < 1 then 1e0 else v.rating_sum / v.ratings - ${half} end`)} as rating_low,
  ${withEnough(`case when v.rating_sum / v.ratings + ${half} > 5 then 5e0 else v.rating_sum / v.ratings + ${half} end`)} as rating_high,
  ${withEnough("1e2 * (v.promoters - v.detractors) / v.ratings")} as nps,
  ${withEnough(nps.low)} as nps_low, ${withEnough(nps.high)} as nps_high,
  coalesce(v.votes, 0) as votes, ${shareSql("v.negative", "v.votes")} as negative_rate,
  ${negative.low} as negative_low, ${negative.high} as negative_high,
  ${signalRate("abandon", "t.sessions")},
  ${signalRate("escalate", "t.sessions")},
  ${signalRate("rephrase", "t.answered")},
  ${signalRate("regenerate", "t.answered")},
  ${signalRate("copy", "t.answered")}
from totals as t
left join voted as v on v.app = t.app and v.prompt_version = t.prompt_version
left join signals as s on s.app = t.app and s.prompt_version = t.prompt_version
left join reported as r on r.app = t.app
order by t.app, t.prompt_version`,
  },
};
