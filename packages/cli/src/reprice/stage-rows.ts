import type { QueryResult } from "@bellwether/aws/athena";
import { LAKE_TABLES, type LakeRow, type LakeValue } from "@bellwether/core/lake/tables";
import type { RequestsOfSpan } from "@bellwether/core/prices/reprice-requests";

type RunSql = (sql: string) => Promise<Pick<QueryResult, "rows">>;

const COLUMNS = LAKE_TABLES.requests_log.columns.map(({ name }) => name);
const quoted = COLUMNS.map((name) => `"${name}"`).join(", ");

/** UTC days from `from` to `until` that have requests, oldest first. */
export async function daysWithRequests(runSql: RunSql, from: string, until: string): Promise<string[]> {
  const { rows } = await runSql(
    `select distinct dt from requests_log where dt between '${from}' and '${until}' order by dt`,
  );
  return rows.map(([day]) => String(day));
}

/**
 * The requests of a UTC day. Every revision of a request lies in the partition of its event time, so the log is read by
 * partition; the view, which ranks before it filters, would scan everything.
 */
export async function requestsOfDay(runSql: RunSql, day: string): Promise<RequestsOfSpan> {
  const { rows } = await runSql(`select ${quoted}, first_rev, first_pico_usd
from (
  select ${quoted},
    row_number() over (partition by request_id order by rev desc) as newest,
    min(rev) over (partition by request_id) as first_rev,
    first_value(cost_pico_usd) over (
      partition by request_id order by rev rows between unbounded preceding and unbounded following
    ) as first_pico_usd
  from requests_log
  where dt = '${day}'
) as ranked
where newest = 1
order by "at", request_id`);
  const first = new Map<string, { rev: number; picoUsd: number | null }>();
  const latest = rows.map((values): LakeRow => {
    const row = Object.fromEntries(COLUMNS.map((name, i) => [name, (values[i] ?? null) as LakeValue]));
    const [rev, picoUsd] = values.slice(COLUMNS.length);
    first.set(String(row.request_id), {
      rev: Number(rev),
      picoUsd: typeof picoUsd === "number" ? picoUsd : null,
    });
    return row;
  });
  return { rows: latest, first };
}
