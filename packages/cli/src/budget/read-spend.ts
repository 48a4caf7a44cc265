import { DAY_MS, dayOf } from "@bellwether/core/budget/calendar";
import { bucketsFromOf } from "@bellwether/core/budget/history";
import type { SpendFacts } from "@bellwether/core/budget/reading";
import { rowsOf, subjectOf } from "@bellwether/core/budget/rise";
import { knownSpanSql, spendBySubjectSql, spendByTimeSql } from "@bellwether/core/budget/spend-sql";
import { BUCKET_MS, bucketOf, CELL_MS } from "@bellwether/core/windows/bucket";
import type { RunSql } from "../lake-query.ts";

type Row = Readonly<Record<string, unknown>>;

/** Days of spend that are read: the forecast's 70 whole days and today. */
const HISTORY_DAYS = 71;

interface TimeRow {
  readonly app: string;
  readonly at: number;
  readonly picoUsd: number;
  readonly priced: number;
  readonly unpriced: number;
}

/** Start of a period that is an ISO time cut off after the hour or the minute. */
const startOf = (period: string): number => Date.parse(`${period}${period.length === 13 ? ":00" : ""}:00Z`);

const timeRow = (row: Row): TimeRow => ({
  app: String(row.app),
  at: startOf(String(row.period)),
  picoUsd: Number(row.pico_usd ?? 0),
  priced: Number(row.priced),
  unpriced: Number(row.unpriced),
});

function sumBy(rows: readonly TimeRow[], app: string, start: (at: number) => number): Map<number, number> {
  const sums = new Map<number, number>();
  for (const row of rows)
    if (row.app === app) sums.set(start(row.at), (sums.get(start(row.at)) ?? 0) + row.picoUsd);
  return sums;
}

/** What every app in the lake spent, by name; the newest request of the lake is taken for now. */
export async function readSpend(runSql: RunSql): Promise<SpendFacts[]> {
  const known = await rowsOf(runSql, knownSpanSql());
  const newest = Math.max(...known.map((row) => Date.parse(String(row.last_at))));
  if (!Number.isFinite(newest)) return [];
  const until = bucketOf(newest) + BUCKET_MS;
  const bucketsFrom = bucketsFromOf(until);
  const from = dayOf(until).from - HISTORY_DAYS * DAY_MS;
  const hours = (await rowsOf(runSql, spendByTimeSql(null, { from, until: bucketsFrom }, 13))).map(timeRow);
  const minutes = (await rowsOf(runSql, spendByTimeSql(null, { from: bucketsFrom, until }, 16))).map(timeRow);
  const today = { from: dayOf(until - 1).from, until };
  const subjects = await rowsOf(runSql, spendBySubjectSql(null, today));
  return known.map((row): SpendFacts => {
    const app = String(row.app);
    const lastHour = minutes.filter((each) => each.app === app && each.at >= until - CELL_MS);
    const sum = (field: "priced" | "unpriced" | "picoUsd"): number =>
      lastHour.reduce((total, each) => total + each[field], 0);
    return {
      app,
      history: {
        knownFrom: Math.max(from, Date.parse(String(row.first_at))),
        until,
        bucketsFrom,
        hours: sumBy(hours, app, (at) => at),
        buckets: sumBy(minutes, app, bucketOf),
      },
      lastHour: { priced: sum("priced"), unpriced: sum("unpriced"), picoUsd: sum("picoUsd") },
      subjects: subjects.filter((each) => each.app === app).map(subjectOf),
    };
  });
}
