import { appCallsSql } from "@bellwether/core/lake/cost-sql";
import type { LedgerDay } from "@bellwether/core/prices/reconcile";
import type { Lake } from "@bellwether/local/lake/open-lake";
import { table } from "../report/rows.ts";

const usd = (column: string, where: string): string =>
  `coalesce(cast(sum(cast(${column} as decimal(38, 0))) filter (where ${where}) as double), 0) / 1e12`;

const APPS = appCallsSql("requests");
const DAY = `substr("at", 1, 10)`;

interface Row {
  readonly day: string;
  readonly apps: number;
  readonly judge_logged: number;
  readonly requests: number;
  readonly unpriced: number;
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
}

/**
 * What the ledger knows of every day. The judge's calls are on the bill too: they count as logged where logs have them,
 * else by the attempts that evaluate summed up (on the day of the judged request, in no token kind).
 */
export async function ledgerDays(lake: Lake): Promise<LedgerDay[]> {
  const days = await table<Row>(
    lake,
    `select ${DAY} as day, ${usd("cost_pico_usd", APPS)} as apps, ${usd("cost_pico_usd", `not (${APPS})`)} as judge_logged,
      count(*) filter (where error_code is null) as requests,
      count(*) filter (where error_code is null and cost_pico_usd is null) as unpriced,
      ${usd("input_pico_usd", "true")} as input, ${usd("output_pico_usd", "true")} as output,
      ${usd("cache_read_pico_usd", "true")} as cache_read,
      ${usd("cache_write_5m_pico_usd + cache_write_1h_pico_usd", "true")} as cache_write
     from requests group by 1 order by 1`,
  );
  const attempts = await table<{ day: string; judge: number }>(
    lake,
    `select ${DAY} as day, ${usd("cost_pico_usd", "true")} as judge from evaluations where metric = 'quality' group by 1`,
  );
  const isLogged = days.some(({ judge_logged }) => judge_logged > 0);
  const judged = new Map(attempts.map(({ day, judge }) => [day, judge]));
  return days.map(({ day, apps, judge_logged, requests, unpriced, ...byKind }) => {
    const judgeUsd = isLogged ? judge_logged : (judged.get(day) ?? 0);
    const { input, output, cache_read, cache_write } = byKind;
    return {
      day,
      usd: apps + judgeUsd,
      judgeUsd,
      byKind: { input, output, cache_read, cache_write },
      requests,
      unpriced,
    };
  });
}

/** Regions that calls of the ledger were made to. */
export async function ledgerRegions(lake: Lake): Promise<Set<string>> {
  const found = await table<{ region: string }>(
    lake,
    "select distinct region from requests where region is not null",
  );
  return new Set(found.map(({ region }) => region));
}
