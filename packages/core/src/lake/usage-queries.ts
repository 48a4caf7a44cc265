import { appCallsSql } from "./cost-sql.ts";
import { nearestRankSql } from "./nearest-rank-sql.ts";
import type { SavedQuery } from "./saved-query.ts";

/** Whole seconds of an ISO instant: only at whole seconds do both engines count the same difference. */
const second = (at: string): string =>
  `cast(substr(${at}, 1, 10) || ' ' || substr(${at}, 12, 8) as timestamp)`;

/** Days between two days in text. */
const daysSql = (from: string, to: string): string =>
  `date_diff('day', cast(${from} as date), cast(${to} as date))`;

const CALLS = `calls as (
  select app, coalesce(prompt_version, 'none') as prompt_version, user_id, session_id, trace_id, request_id, "at",
    error_code, guardrail_assessments, substr("at", 1, 10) as day
  from requests
  where ${appCallsSql("requests")}
)`;

export const USAGE: Readonly<Record<string, SavedQuery>> = {
  "usage-by-version": {
    title: "Usage by prompt version and day",
    description:
      "Calls, sessions, users and new users of every app, prompt version and UTC day. A turn is a traceId, or a call without one, that succeeded; a session ends at midnight and where the version changes, and its length runs from its first to its last call. A user is new in the version of the first call that the lake has. return_rate: users of the day who came back to the app within the next 7 days, not yet known until those days are over.",
    sql: `with ${CALLS},
newest as (select max(day) as newest_day from calls),
firsts as (
  select app, user_id, prompt_version, day
  from (
    select app, user_id, prompt_version, day,
      row_number() over (partition by app, user_id order by "at", request_id) as place
    from calls
    where user_id is not null
  ) as ordered
  where place = 1
),
visits as (
  select app, user_id, day, lead(day) over (partition by app, user_id order by day) as next_day
  from (select distinct app, user_id, day from calls where user_id is not null) as user_days
),
users as (
  select v.app, v.prompt_version, v.day,
    count(*) as users,
    count(f.user_id) as new_users,
    count(*) filter (where ${daysSql("n.day", "n.next_day")} <= 7) as returned
  from (select distinct app, prompt_version, day, user_id from calls where user_id is not null) as v
  inner join visits as n on n.app = v.app and n.user_id = v.user_id and n.day = v.day
  left join firsts as f on f.app = v.app and f.user_id = v.user_id and f.day = v.day
    and f.prompt_version = v.prompt_version
  group by v.app, v.prompt_version, v.day
),
sessions as (
  select app, prompt_version, day, count(*) as sessions, sum(turns) as turns, avg(minutes) as minutes
  from (
    select app, prompt_version, day, session_id,
      count(distinct case when error_code is null then coalesce(trace_id, request_id) end) as turns,
      date_diff('second', ${second('min("at")')}, ${second('max("at")')}) / 6e1 as minutes
    from calls
    where session_id is not null
    group by app, prompt_version, day, session_id
  ) as each_session
  group by app, prompt_version, day
),
totals as (
  select app, prompt_version, day, count(*) as requests, count(error_code) as failed,
    count(session_id) as session_requests, count(user_id) as user_requests
  from calls
  group by app, prompt_version, day
)
select t.app, t.prompt_version, t.day, t.requests, t.failed, t.session_requests, t.user_requests,
  coalesce(s.sessions, 0) as sessions,
  cast(s.turns as double) / nullif(s.sessions, 0) as turns_per_session,
  s.minutes as session_minutes,
  coalesce(u.users, 0) as users,
  coalesce(u.new_users, 0) as new_users,
  cast(t.user_requests as double) / nullif(u.users, 0) as requests_per_user,
  case when ${daysSql("t.day", "n.newest_day")} > 7 then cast(u.returned as double) / nullif(u.users, 0) end as return_rate,
  case when ${daysSql("t.day", "n.newest_day")} > 7 then 'final' else 'not yet known' end as return_state
from totals as t
cross join newest as n
left join sessions as s on s.app = t.app and s.prompt_version = t.prompt_version and s.day = t.day
left join users as u on u.app = t.app and u.prompt_version = t.prompt_version and u.day = t.day
order by t.app, t.day, t.prompt_version`,
  },
  "calls-per-user-request": {
    title: "Model calls per user request",
    description:
      "A user request is a traceId; calls without one cannot be put together and are only counted (untraced_calls). A trace belongs to the version of its first call. Failed calls, so retries too, are calls.",
    sql: `with ${CALLS},
traces as (
  select app, trace_id, count(*) as trace_calls, sum(guardrail_assessments) as assessments,
    min(case when place = 1 then prompt_version end) as prompt_version
  from (
    select app, trace_id, prompt_version, guardrail_assessments,
      row_number() over (partition by app, trace_id order by "at", request_id) as place
    from calls
    where trace_id is not null
  ) as ordered
  group by app, trace_id
),
per_version as (
  ${nearestRankSql("select app, prompt_version, trace_calls from traces", ["app", "prompt_version"], ["trace_calls"])}
),
sums as (
  select app, prompt_version, sum(trace_calls) as traced_calls, max(trace_calls) as most_calls,
    sum(assessments) as assessments
  from traces
  group by app, prompt_version
),
totals as (
  select app, prompt_version, count(*) - count(trace_id) as untraced_calls
  from calls
  group by app, prompt_version
)
select t.app, t.prompt_version,
  coalesce(p.trace_calls_n, 0) as user_requests,
  cast(s.traced_calls as double) / nullif(p.trace_calls_n, 0) as calls_per_user_request,
  p.trace_calls_p50 as calls_p50, p.trace_calls_p95 as calls_p95, s.most_calls,
  cast(s.assessments as double) / nullif(p.trace_calls_n, 0) as guardrail_assessments_per_user_request,
  t.untraced_calls
from totals as t
left join per_version as p on p.app = t.app and p.prompt_version = t.prompt_version
left join sums as s on s.app = t.app and s.prompt_version = t.prompt_version
order by t.app, t.prompt_version`,
  },
};
