import { GUARDRAIL_POLICIES } from "../records/guardrail.ts";
import { appCallsSql } from "./cost-sql.ts";
import { shareSql, wilsonSql } from "./interval-sql.ts";
import { nearestRankSql } from "./nearest-rank-sql.ts";
import type { SavedQuery } from "./saved-query.ts";

const rows = (name: string, values: readonly string[]): string =>
  values.map((value) => `select '${value}' as ${name}`).join(" union all ");

const CALLS = `calls as (
  select app, coalesce(prompt_version, 'none') as prompt_version, trace_id, guardrail, guardrail_input, guardrail_output,
    guardrail_detected, guardrail_assessments, guardrail_ms
  from requests
  where ${appCallsSql("requests")}
)`;

const TOTALS = `totals as (
  select app, prompt_version, count(*) as requests, count(guardrail_assessments) as assessed,
    count(*) filter (where guardrail_assessments = 0) as untraced,
    count(guardrail) as intervened, count(guardrail_detected) as detected,
    sum(guardrail_assessments) as assessments,
    count(distinct case when guardrail_assessments > 0 then trace_id end) as assessed_user_requests,
    sum(case when trace_id is not null then guardrail_assessments end) as traced_assessments
  from calls
  group by app, prompt_version
)`;

const hit = wilsonSql("h.calls", "t.requests");
const intervened = wilsonSql("t.intervened", "t.requests");

export const GUARDRAILS: Readonly<Record<string, SavedQuery>> = {
  "guardrails-by-policy": {
    title: "Guardrail findings by policy",
    description:
      "Calls in which a policy acted on the prompt (input) or the answer (output), or found something and let it pass (detected), as a share of all calls with its Wilson interval. Without a guardrail trace a block has no policy (unnamed), and a Converse call that passed does not show that a guardrail ran.",
    sql: `with ${CALLS},
${TOTALS},
policies as (${rows("policy", GUARDRAIL_POLICIES)}),
findings_of as (${rows("finding", ["input", "output", "detected"])}),
hits as (
  select app, prompt_version, finding, policy, count(*) as calls
  from (
    select app, prompt_version, finding, policy,
      case finding when 'input' then guardrail_input when 'output' then guardrail_output else guardrail_detected end as found
    from calls
    cross join findings_of
    cross join policies
    where guardrail_assessments is not null
  ) as each_finding
  where (',' || found || ',') like '%,' || policy || ',%'
  group by app, prompt_version, finding, policy
  union all
  select app, prompt_version, 'unknown' as finding, guardrail as policy, count(*) as calls
  from calls
  where guardrail = 'unnamed'
  group by app, prompt_version, guardrail
)
select h.app, h.prompt_version, h.finding, h.policy, h.calls, t.requests, t.assessed,
  ${shareSql("h.calls", "t.requests")} as share, ${hit.low} as low, ${hit.high} as high
from hits as h
inner join totals as t on t.app = h.app and t.prompt_version = h.prompt_version
order by h.app, h.prompt_version, h.calls desc, h.finding, h.policy`,
  },
  "guardrails-by-version": {
    title: "Guardrails by prompt version",
    description:
      "Calls that a guardrail saw, interventions with their Wilson interval, what was only detected, assessments per user request (traceId) and processing latency by nearest rank. untraced: a guardrail ran and left no trace. Calls that failed because the guardrail failed look like any failed call: CloudWatch has them in AWS/Bedrock/Guardrails (InvocationClientErrors, InvocationServerErrors, InvocationThrottles).",
    sql: `with ${CALLS},
${TOTALS},
latencies as (
  ${nearestRankSql("select app, prompt_version, guardrail_ms from calls", ["app", "prompt_version"], ["guardrail_ms"])}
)
select t.app, t.prompt_version, t.requests, t.assessed, t.untraced, t.intervened,
  ${shareSql("t.intervened", "t.requests")} as intervention_rate,
  ${intervened.low} as intervention_low, ${intervened.high} as intervention_high,
  t.detected, t.assessments,
  cast(t.traced_assessments as double) / nullif(t.assessed_user_requests, 0) as assessments_per_user_request,
  l.guardrail_ms_n, l.guardrail_ms_p50, l.guardrail_ms_p95, l.guardrail_ms_p99
from totals as t
inner join latencies as l on l.app = t.app and l.prompt_version = t.prompt_version
where t.assessed > 0
order by t.app, t.prompt_version`,
  },
};
