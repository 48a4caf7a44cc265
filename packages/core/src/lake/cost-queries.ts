import { appCallsSql, costSql, usdSql } from "./cost-sql.ts";
import type { SavedQuery } from "./saved-query.ts";

const DAY = `substr("at", 1, 10)`;

const TOKEN_KINDS = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"] as const;
type TokenKind = (typeof TOKEN_KINDS)[number];

/** Tokens of a kind; the 5-minute writes are those that are not 1-hour writes. */
const TOKENS: Readonly<Record<TokenKind, string>> = {
  input: "input_tokens",
  output: "output_tokens",
  cache_read: "cache_read_tokens",
  cache_write_5m: "cache_write_tokens - cache_write_1h_tokens",
  cache_write_1h: "cache_write_1h_tokens",
};

/** Sums by token kind, as `<kind>_tokens` and `<kind>_pico`. */
const TOKENS_AND_COSTS = TOKEN_KINDS.map(
  (kind) => `
    sum(${TOKENS[kind]}) as ${kind}_tokens, sum(cast(${kind}_pico_usd as decimal(38, 0))) as ${kind}_pico`,
).join(",");

const byTokenKind = (select: (kind: TokenKind) => string): string =>
  TOKEN_KINDS.map(select).join("\n  union all ");

/** Saved queries of the cost ledger; the judge's own calls are in none of their totals. */
export const COST_QUERIES: Readonly<Record<string, SavedQuery>> = {
  "cost-explorer": {
    title: "Cost explorer",
    description:
      "Spend by day, model and token kind, against the day before; without unpriced requests and without the judge's calls.",
    sql: `with daily as (
  select ${DAY} as day, model_id, ${TOKENS_AND_COSTS}
  from requests
  where cost_pico_usd is not null and ${appCallsSql("requests")}
  group by ${DAY}, model_id
),
kinds as (
  ${byTokenKind((kind) => `select day, model_id, '${kind}' as token_kind, ${kind}_tokens as tokens, ${kind}_pico as pico from daily`)}
)
select k.day, k.model_id, k.token_kind, k.tokens,
  cast(k.pico as double) / 1e12 as cost_usd,
  cast(p.pico as double) / 1e12 as previous_cost_usd,
  cast(k.pico - p.pico as double) / 1e12 as change_usd,
  cast(k.pico as double) / nullif(cast(p.pico as double), 0) - 1 as change
from kinds as k
left join kinds as p on p.model_id = k.model_id and p.token_kind = k.token_kind
  and cast(p.day as date) + interval '1' day = cast(k.day as date)
where k.tokens > 0
order by k.day, cost_usd desc, k.model_id, k.token_kind`,
  },
  "cost-change": {
    title: "Cost of a week against the week before",
    description:
      "Spend of the newest 7 days by model and token kind against the 7 days before them; days and previous_days say how many of them have data.",
    sql: `with dated as (
  select cast(${DAY} as date) as day, max(cast(${DAY} as date)) over () as newest, model_id,
    input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens,
    input_pico_usd, output_pico_usd, cache_read_pico_usd, cache_write_5m_pico_usd, cache_write_1h_pico_usd
  from requests
  where cost_pico_usd is not null and ${appCallsSql("requests")}
),
spans as (
  select *, case when day + interval '7' day > newest then 'now' else 'before' end as span
  from dated
  where day + interval '14' day > newest
),
covered as (
  select count(distinct case when span = 'now' then day end) as days,
    count(distinct case when span = 'before' then day end) as previous_days
  from spans
),
weekly as (
  select span, model_id, ${TOKENS_AND_COSTS}
  from spans
  group by span, model_id
),
kinds as (
  ${byTokenKind((kind) => `select span, model_id, '${kind}' as token_kind, ${kind}_tokens as tokens, ${kind}_pico as pico from weekly`)}
),
compared as (
  select model_id, token_kind,
    sum(case when span = 'now' then tokens end) as tokens,
    sum(case when span = 'before' then tokens end) as previous_tokens,
    sum(case when span = 'now' then pico end) as pico,
    sum(case when span = 'before' then pico end) as previous_pico
  from kinds
  group by model_id, token_kind
)
select model_id, token_kind, tokens, previous_tokens,
  cast(pico as double) / 1e12 as cost_usd,
  cast(previous_pico as double) / 1e12 as previous_cost_usd,
  cast(coalesce(pico, 0) - coalesce(previous_pico, 0) as double) / 1e12 as change_usd,
  cast(pico as double) / nullif(cast(previous_pico as double), 0) - 1 as change,
  days, previous_days
from compared
cross join covered
where coalesce(tokens, 0) + coalesce(previous_tokens, 0) > 0
order by change_usd desc, model_id, token_kind`,
  },
  "most-expensive-requests": {
    title: "Most expensive requests",
    description: "The 20 requests that cost most, what their tokens cost by kind, and where their text lies.",
    sql: `select request_id, "at", app, variant, prompt_version, user_id, session_id, model_id, cost_usd,
  input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
  cast(input_pico_usd as double) / 1e12 as input_usd,
  cast(output_pico_usd as double) / 1e12 as output_usd,
  cast(cache_read_pico_usd as double) / 1e12 as cache_read_usd,
  cast(cache_write_5m_pico_usd + cache_write_1h_pico_usd as double) / 1e12 as cache_write_usd,
  price_version, source_key || '#' || cast(source_line as varchar) as source
from requests
where cost_pico_usd is not null and ${appCallsSql("requests")}
order by cost_pico_usd desc, request_id
limit 20`,
  },
  "cost-per-resolved-session": {
    title: "Cost per resolved session",
    description:
      "Spend of the sessions whose users said how it ended, over those that ended well (the last verdict was thumbs up, a rating above 3 or a copy); sessions without a verdict are only counted.",
    sql: `with spent as (
  select app, session_id,
    sum(cast(cost_pico_usd as decimal(38, 0))) as pico,
    count(*) - count(cost_pico_usd) as unpriced
  from requests
  where session_id is not null and ${appCallsSql("requests")}
  group by app, session_id
),
verdicts as (
  select coalesce(f.session_id, r.session_id) as session_id,
    case when f.negative or f.value = 'abandon' then 0 else 1 end as positive,
    row_number() over (
      partition by coalesce(f.session_id, r.session_id) order by f."at" desc, f.feedback_id desc
    ) as recency
  from feedback as f
  left join requests as r on r.request_id = f.request_id
  where f.negative or f.kind = 'thumbs' or f.kind = 'rating' and try_cast(f.value as double) > 3
    or f.kind = 'implicit' and f.value in ('copy', 'abandon')
)
select s.app,
  count(*) as sessions,
  count(v.positive) as with_verdict,
  sum(v.positive) as resolved,
  cast(sum(case when v.positive is not null then s.pico end) as double) / 1e12 as cost_usd,
  sum(case when v.positive is not null then s.unpriced end) as unpriced,
  cast(sum(case when v.positive is not null then s.pico end) as double) / 1e12
    / nullif(sum(v.positive), 0) as usd_per_resolved_session
from spent as s
left join verdicts as v on v.session_id = s.session_id and v.recency = 1
group by s.app
order by s.app`,
  },
  "cost-by-model": {
    title: "Cost by model",
    description:
      "Spend and tokens per model, without the judge's calls; unpriced requests are counted, never $0.",
    sql: costSql(["model_id"]),
  },
  "cost-by-user": {
    title: "Cost by user",
    description: "Spend and tokens per user of an app.",
    sql: costSql(["app", "user_id"]),
  },
  "cost-by-session": {
    title: "Cost by session",
    description: "Spend and tokens per session of an app.",
    sql: costSql(["app", "session_id"]),
  },
  "cost-by-tenant": {
    title: "Cost by tenant",
    description: "Spend and tokens per tenant of an app.",
    sql: costSql(["app", "tenant"]),
  },
  "cost-by-feature": {
    title: "Cost by feature",
    description: "Spend and tokens per feature of an app.",
    sql: costSql(["app", "feature"]),
  },
  "cost-by-prompt-version": {
    title: "Cost by prompt version",
    description: "Spend and tokens per prompt version of an app.",
    sql: costSql(["app", "prompt_version"]),
  },
  "cost-by-variant": {
    title: "Cost by variant",
    description: "Spend and tokens per variant of an app.",
    sql: costSql(["app", "variant"]),
  },
  "unpriced-models": {
    title: "Models without a price",
    description:
      "Requests whose cost is unknown, by model and reason: add a price for these, or a model for the profile; then bellwether reprice.",
    sql: `select model_id, model_arn, region_tier, unpriced_reason,
  count(*) as requests,
  sum(input_tokens) as input_tokens,
  sum(output_tokens) as output_tokens,
  min("at") as first_at,
  max("at") as last_at
from requests
where cost_pico_usd is null and ${appCallsSql("requests")}
group by model_id, model_arn, region_tier, unpriced_reason
order by requests desc, model_id, model_arn, region_tier, unpriced_reason`,
  },
  "judge-spend": {
    title: "Judge spend by day",
    description: "What the judge cost, over all attempts, by day and judge model.",
    sql: `select substr("at", 1, 10) as day, judge_model,
  count(*) as judged,
  ${usdSql("cost_pico_usd")} as cost_usd,
  count(*) - count(cost_pico_usd) as unpriced,
  sum(input_tokens) as input_tokens,
  sum(output_tokens) as output_tokens
from evaluations
where metric = 'quality'
group by substr("at", 1, 10), judge_model
order by day, judge_model`,
  },
};
