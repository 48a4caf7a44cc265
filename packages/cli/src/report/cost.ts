import { appCallsSql } from "@bellwether/core/lake/cost-sql";
import type { Lake } from "@bellwether/local/lake/open-lake";
import { table } from "./rows.ts";

export interface CostSummary {
  /** USD of the watched apps, without the judge's own calls. */
  readonly totalUsd: number;
  /** Share of requests with a known price. */
  readonly pricedShare: number | null;
  readonly unpricedModels: readonly string[];
  readonly byModel: Readonly<Record<string, number>>;
  readonly byUser: Readonly<Record<string, number>>;
  readonly byVariant: Readonly<Record<string, number>>;
  /** USD of the judge over all attempts; null when its model is unpriced. */
  readonly judgeUsd: number | null;
}

const PICO = 1e12;
const WATCHED = appCallsSql("requests");

/** Whole pico-dollars add up to the same total in any order. */
const usd = (pico: number | string | null): number => Number(pico ?? 0) / PICO;

async function by(lake: Lake, column: string): Promise<Record<string, number>> {
  const rows = await table<{ key: string; pico: number | string }>(
    lake,
    `select coalesce(${column}, '(none)') as "key", sum(cost_pico_usd) as pico from requests
     where ${WATCHED} and cost_pico_usd is not null group by 1 order by 1`,
  );
  return Object.fromEntries(rows.map(({ key, pico }) => [key, usd(pico)]));
}

export async function costSummary(lake: Lake): Promise<CostSummary> {
  const [total] = await table<{ n: number; priced: number; pico: number | string | null }>(
    lake,
    `select count(*) as n, count(cost_pico_usd) as priced, sum(cost_pico_usd) as pico from requests where ${WATCHED}`,
  );
  const unpriced = await table<{ model_id: string }>(
    lake,
    `select distinct model_id from requests where ${WATCHED} and unpriced_reason in ('unknown_model', 'unresolved_profile') order by 1`,
  );
  const [judge] = await table<{ n: number; priced: number; pico: number | string | null }>(
    lake,
    "select count(*) as n, count(cost_pico_usd) as priced, sum(cost_pico_usd) as pico from evaluations where metric = 'quality'",
  );
  return {
    totalUsd: usd(total?.pico ?? 0),
    pricedShare: total !== undefined && total.n > 0 ? total.priced / total.n : null,
    unpricedModels: unpriced.map(({ model_id }) => model_id),
    byModel: await by(lake, "model_id"),
    byUser: await by(lake, "user_id"),
    byVariant: await by(lake, "variant"),
    judgeUsd: judge !== undefined && judge.priced < judge.n ? null : usd(judge?.pico ?? 0),
  };
}
