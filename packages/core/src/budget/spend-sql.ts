import { appCallsSql, usdSql } from "../lake/cost-sql.ts";
import type { SavedQuery } from "../lake/saved-query.ts";
import { CELL_MS, cellOf } from "../windows/bucket.ts";
import { DAY_MS, dateText, type Period } from "./calendar.ts";

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** Added as decimals, so no order of rows changes the total. */
const picoSql = "cast(sum(cast(cost_pico_usd as decimal(38, 0))) as double)";

/** Answered calls of unknown cost; a failed call costs nothing. */
const UNPRICED = "count(*) filter (where cost_pico_usd is null and error_code is null)";

/** No tag looks like this: it stands for a request without one while NULL means "not this dimension". */
const ABSENT = "''";

/** Hive partitions of a span; the first condition alone lets an engine leave whole days unread. */
function partitionsSql({ from, until }: Period): string {
  const last = until - 1;
  const hour = (at: number): string => literal(new Date(at).toISOString().slice(11, 13));
  const [firstDay, lastDay] = [literal(dateText(from)), literal(dateText(last))];
  const ends = [
    ...(from % DAY_MS < CELL_MS ? [] : [`not (dt = ${firstDay} and hour < ${hour(from)})`]),
    ...(last % DAY_MS >= DAY_MS - CELL_MS ? [] : [`not (dt = ${lastDay} and hour > ${hour(last)})`]),
  ];
  return [`dt between ${firstDay} and ${lastDay}`, ...ends].join(" and ");
}

/** Event time of a span; a span of whole hours is a set of partitions and needs none. */
function timeSql({ from, until }: Period): string[] {
  const iso = (at: number): string => literal(new Date(at).toISOString());
  if (cellOf(from) === from && cellOf(until) === until) return [];
  return [`"at" >= ${iso(from)} and "at" < ${iso(until)}`];
}

/**
 * The apps' own calls where `partitions` holds (of one app or, with null, of all), one row a request. The view `requests` would read every day of the lake
 * to find the latest revisions; all revisions of a request lie in the same hour, so that hour is enough.
 */
const callsSql = (
  columns: string,
  partitions: string,
  app: string | null = null,
): string => `select ${columns}
  from (
    select requests_log.*, row_number() over (
      partition by request_id order by rev desc nulls last, source_key, source_line
    ) as revision_rank
    from requests_log
    where ${partitions}
  ) as log
  where revision_rank = 1 and ${appCallsSql("log")}${app === null ? "" : ` and app = ${literal(app)}`}`;

const spanSql = (span: Period): string => `(${[partitionsSql(span), ...timeSql(span)].join(" and ")})`;

/** First and last event time of every app's calls. Columns app, first_at, last_at. */
export const knownSpanSql = (): string => `select app, min("at") as first_at, max("at") as last_at
from requests_log
where app is not null and ${appCallsSql("requests_log")}
group by app
order by app`;

/**
 * Spend of an app (null: of every app) in a span by the first `prefix` characters of event time: 10 a day, 13 an hour,
 * 16 a minute. Columns app, period, pico_usd, requests, priced, unpriced.
 */
export const spendByTimeSql = (app: string | null, span: Period, prefix: 10 | 13 | 16): string =>
  `select app, substr("at", 1, ${prefix}) as period,
  ${picoSql} as pico_usd, count(*) as requests, count(cost_pico_usd) as priced, ${UNPRICED} as unpriced
from (
  ${callsSql(`app, "at", cost_pico_usd, error_code`, spanSql(span), app)}
) as calls
group by app, substr("at", 1, ${prefix})
order by app, period`;

/**
 * Spend of an app (null: of every app) in a span by tenant and by user, largest first. Columns app, kind, subject,
 * pico_usd, requests, unpriced.
 */
export const spendBySubjectSql = (app: string | null, span: Period): string =>
  `select app, kind, subject, pico_usd, requests, unpriced
from (
  select app, case when tenant is not null then 'tenant' else 'user' end as kind,
    coalesce(tenant, user_id) as subject,
    ${picoSql} as pico_usd, count(*) as requests, ${UNPRICED} as unpriced
  from (
    ${callsSql(`app, coalesce(tenant, ${ABSENT}) as tenant, coalesce(user_id, ${ABSENT}) as user_id, cost_pico_usd, error_code`, spanSql(span), app)}
  ) as calls
  group by grouping sets ((app, tenant), (app, user_id))
) as subjects
where subject <> ${ABSENT}
order by pico_usd desc nulls last, app, kind, subject`;

/** Column of each dimension of `contributorsOf` in the lake. */
const DIMENSION_COLUMNS = [
  ["feature", "feature"],
  ["prompt_version", "prompt_version"],
  ["model", "model_id"],
  ["tenant", "tenant"],
  ["user", "user_id"],
] as const;

/** Spend by dimension of the calls where `partitions` holds. Columns dimension, value (NULL: not named), pico_usd, requests. */
function byDimensionSql(partitions: string, app: string | null = null): string {
  const columns = DIMENSION_COLUMNS.map(([, column]) => column);
  const named = columns.map((column) => `coalesce(${column}, ${ABSENT}) as ${column}`).join(", ");
  const cases = DIMENSION_COLUMNS.map(([name, column]) => `when ${column} is not null then '${name}'`);
  return `select case ${cases.join(" ")} end as dimension,
  nullif(coalesce(${columns.join(", ")}), ${ABSENT}) as "value",
  ${picoSql} as pico_usd, count(*) as requests
from (
  ${callsSql(`${named}, cost_pico_usd`, partitions, app)}
) as calls
group by grouping sets (${columns.map((column) => `(${column})`).join(", ")})
order by dimension, pico_usd desc nulls last, "value"`;
}

/** Spend of an app by dimension over one or several spans that do not overlap, for `contributorsOf`. */
export const spendByDimensionSql = (app: string, spans: readonly Period[]): string =>
  byDimensionSql(`(${spans.map(spanSql).join(" or ")})`, app);

/** The same clock time on each of the `days` days before a span. */
export const earlierSpans = ({ from, until }: Period, days: number): Period[] =>
  Array.from({ length: days }, (_, i) => ({
    from: from - (i + 1) * DAY_MS,
    until: until - (i + 1) * DAY_MS,
  }));

const SUBJECTS = { tenants: ["tenant", "tenant"], users: ["user_id", "user"] } as const;

const ofSubjects = (name: keyof typeof SUBJECTS): SavedQuery => {
  const [column, word] = SUBJECTS[name];
  return {
    title: `Spend of a day by ${word}`,
    description: `USD of every ${word} of an app on one UTC day (day=YYYY-MM-DD), largest first (NULL: none named); unpriced requests are counted, never $0. Reads that day only.`,
    parameters: ["day"],
    sql: `select app, ${column},
  ${usdSql("cost_pico_usd")} as cost_usd, count(*) as requests, ${UNPRICED} as unpriced
from (
  ${callsSql(`app, ${column}, cost_pico_usd, error_code`, "dt = ?")}
) as calls
group by app, ${column}
order by cost_usd desc nulls last, app, ${column}`,
  };
};

/** What an analyst asks about budgets. */
export const BUDGET_QUERIES: Readonly<Record<string, SavedQuery>> = {
  "budget-days": {
    title: "Spend by day",
    description:
      "USD of every app and UTC day from a day on (since=YYYY-MM-DD), with the sum since the first of the month. Reads those days only.",
    parameters: ["since"],
    sql: `select app, day, cost_usd,
  sum(cost_usd) over (partition by app, substr(day, 1, 7) order by day) as month_to_date_usd, requests, unpriced
from (
  select app, substr("at", 1, 10) as day,
    ${usdSql("cost_pico_usd")} as cost_usd, count(*) as requests, ${UNPRICED} as unpriced
  from (
    ${callsSql(`app, "at", cost_pico_usd, error_code`, "dt >= ?")}
  ) as calls
  group by app, substr("at", 1, 10)
) as days
order by app, day`,
  },
  "budget-tenants": ofSubjects("tenants"),
  "budget-users": ofSubjects("users"),
  "budget-dimensions": {
    title: "Spend of a day by feature, prompt version, model, tenant and user",
    description:
      "What one UTC day (day=YYYY-MM-DD) was spent on, in 1e-12 USD, each dimension for itself; compare two days to see what rose.",
    parameters: ["day"],
    sql: byDimensionSql("dt = ?"),
  },
};
