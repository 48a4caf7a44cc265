import { OUTPUT_BURNDOWN } from "../quotas/burndown.ts";
import { appCallsSql } from "./cost-sql.ts";
import { shareSql } from "./interval-sql.ts";
import { nearestRankSql } from "./nearest-rank-sql.ts";
import type { SavedQuery } from "./saved-query.ts";

const BURNDOWN = `case ${OUTPUT_BURNDOWN.map(([part, rate]) => `when model_id like '%${part}%' then ${rate}`).join(" ")} else 1 end`;

export const LATENCY: Readonly<Record<string, SavedQuery>> = {
  "latency-by-model": {
    title: "Latency by model and variant",
    description:
      "Exact p50, p95 and p99 (nearest rank) of the whole lake: latency, time to first token and time per output token after the first, ms, of calls that succeeded. Each has its own n, because the log has latency for Converse and streams only, and the first token for InvokeModel streams only.",
    sql: `${nearestRankSql(
      `select app, model_id, variant, latency_ms, ttft_ms,
      case when output_tokens > 1 and latency_ms >= ttft_ms then (latency_ms - ttft_ms) / (output_tokens - 1) end as ms_per_token
    from requests
    where error_code is null and ${appCallsSql("requests")}`,
      ["app", "model_id", "variant"],
      ["latency_ms", "ttft_ms", "ms_per_token"],
    )}
order by app, model_id, variant`,
  },
  "operations-by-hour": {
    title: "Operations by hour",
    description:
      "Calls, errors, refusals, guardrails and percentiles (within 1 %) of every hour, model, variant and prompt version. Percentiles of several rows must not be averaged: latency-by-model has them for any span.",
    sql: `select "at" as hour_start, app, model_id, variant, prompt_version, requests, error_rate, refusals,
  guardrail_assessed, guardrail_intervened, latency_n, latency_p50, latency_p95, latency_p99,
  ttft_n, ttft_p50, ttft_p95, ttft_p99, output_token_n, output_token_p50, output_token_p95, output_token_p99,
  guardrail_n, guardrail_p50, guardrail_p95, guardrail_p99
from operations
order by app, hour_start, model_id, variant, prompt_version`,
  },
  "errors-by-code": {
    title: "Errors by code",
    description:
      "Failed calls by Bedrock error code, with their share of the calls of the same app, model and variant. Each retry of an SDK is a call of its own, so this is more than users saw. A failed call without tags is unattributed.",
    sql: `select app, model_id, variant, error_code, failed, calls, ${shareSql("failed", "calls")} as share, first_at, last_at
from (
  select app, model_id, variant, error_code, count(*) as failed, min("at") as first_at, max("at") as last_at,
    sum(count(*)) over (partition by app, model_id, variant) as calls
  from requests
  where ${appCallsSql("requests")}
  group by app, model_id, variant, error_code
) as by_code
where error_code is not null
order by failed desc, app, model_id, variant, error_code`,
  },
  "quota-use": {
    title: "Peak use of Bedrock quotas",
    description:
      "The busiest minute of every model by Region and kind of inference profile, which have quotas of their own; all callers count, the judge too. Tokens as the quota counts them: input outside the cache, cache writes, and output times output_burndown. Before a call ends its max_tokens count, which the log does not have, so the true peak is higher.",
    sql: `with minutes as (
  select region, region_tier, model_id, substr("at", 1, 16) as minute_start,
    count(*) as requests,
    count(*) filter (where error_code = 'ThrottlingException') as throttled,
    sum(coalesce(input_tokens, 0) + coalesce(cache_write_tokens, 0) + ${BURNDOWN} * coalesce(output_tokens, 0)) as tokens
  from requests
  group by region, region_tier, model_id, substr("at", 1, 16)
),
ranked as (
  select region, region_tier, model_id, minute_start, requests, throttled, tokens,
    row_number() over (partition by region, region_tier, model_id order by requests desc, minute_start) as by_requests,
    row_number() over (partition by region, region_tier, model_id order by tokens desc, minute_start) as by_tokens
  from minutes
)
select region, region_tier, model_id, ${BURNDOWN} as output_burndown,
  max(requests) as peak_requests_per_minute,
  max(case when by_requests = 1 then minute_start end) as peak_requests_at,
  max(tokens) as peak_tokens_per_minute,
  max(case when by_tokens = 1 then minute_start end) as peak_tokens_at,
  sum(throttled) as throttled,
  count(*) as minutes_in_use
from ranked
group by region, region_tier, model_id
order by peak_tokens_per_minute desc, region, region_tier, model_id`,
  },
};
