import { JUDGE_APP } from "../requests/decision.ts";

/** Condition on the view `requests` under its alias: the apps' own calls, without the judge's. */
export const appCallsSql = (requests: string): string =>
  `coalesce(${requests}.app, '') <> '${JUDGE_APP}' and coalesce(${requests}.outcome_reason, '') <> 'loop_guard'`;

/** USD of a column of pico-dollars as SQL: summed as a decimal, so no order of rows changes the total. */
export const usdSql = (column: string): string =>
  `cast(sum(cast(${column} as decimal(38, 0))) as double) / 1e12`;

/** Spend per group, without the judge's own calls; NULL where nothing in the group has a price, with the unpriced beside it. */
export function costSql(groupBy: readonly string[]): string {
  const group = groupBy.join(", ");
  return `select ${group},
  ${usdSql("cost_pico_usd")} as cost_usd,
  count(*) as requests,
  count(*) - count(cost_pico_usd) as unpriced,
  count(error_code) as failed,
  sum(input_tokens) as input_tokens,
  sum(output_tokens) as output_tokens,
  sum(cache_read_tokens) as cache_read_tokens,
  sum(cache_write_tokens) as cache_write_tokens,
  ${usdSql("cost_pico_usd")} / nullif(count(cost_pico_usd), 0) as usd_per_priced_request
from requests
where ${appCallsSql("requests")}
group by ${group}
order by cost_usd desc nulls last, ${group}`;
}
