import { DAY_MS, type Period } from "./calendar.ts";
import { type Contributors, contributorsOf, DIMENSIONS, type DimensionSpend } from "./contributors.ts";
import type { SubjectSpend } from "./limits.ts";
import { earlierSpans, spendByDimensionSql, spendBySubjectSql } from "./spend-sql.ts";

/** Runs one SQL statement over the lake. */
export type RunSql = (sql: string) => Promise<{
  readonly columns: readonly { readonly name: string }[];
  readonly rows: readonly (readonly unknown[])[];
}>;
type Row = Readonly<Record<string, unknown>>;

/** Values named of each dimension. */
const NAMED = 5;
/** Days before a span that say what is usual, at most. */
const EARLIER_DAYS = 7;

/** The same until it fails once; from then on it fails at once, so that a lake that hangs cannot use up a whole tick. */
export function untilItFails(runSql: RunSql): RunSql {
  let failure: { readonly reason: unknown } | undefined;
  return async (sql) => {
    if (failure !== undefined) throw failure.reason;
    try {
      return await runSql(sql);
    } catch (reason) {
      failure = { reason };
      throw reason;
    }
  };
}

/** Rows of a SELECT by column name. */
export async function rowsOf(runSql: RunSql, sql: string): Promise<Row[]> {
  const { columns, rows } = await runSql(sql);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
}

/** A row of `spendBySubjectSql`. */
export const subjectOf = (row: Row): SubjectSpend => ({
  kind: row.kind === "tenant" ? "tenant" : "user",
  subject: String(row.subject),
  picoUsd: Number(row.pico_usd ?? 0),
  unpriced: Number(row.unpriced),
});

/** What an app spent in a span by tenant and by user, the largest first. */
export const readSubjects = async (runSql: RunSql, app: string, span: Period): Promise<SubjectSpend[]> =>
  (await rowsOf(runSql, spendBySubjectSql(app, span))).map(subjectOf);

async function readDimensions(
  runSql: RunSql,
  app: string,
  spans: readonly Period[],
): Promise<DimensionSpend[]> {
  const rows = await rowsOf(runSql, spendByDimensionSql(app, spans));
  return rows.flatMap((row) => {
    const dimension = DIMENSIONS.find((name) => name === row.dimension);
    if (dimension === undefined) return [];
    return [
      { dimension, value: row.value === null ? null : String(row.value), picoUsd: Number(row.pico_usd ?? 0) },
    ];
  });
}

/** What a span's spend rose by against the same clock time on up to 7 days before; null when not even one of them is known. */
export async function riseOf(
  runSql: RunSql,
  app: string,
  span: Period,
  knownFrom: number,
): Promise<Contributors | null> {
  const days = Math.min(EARLIER_DAYS, Math.floor((span.from - knownFrom) / DAY_MS));
  if (days < 1) return null;
  const recent = await readDimensions(runSql, app, [span]);
  const earlier = await readDimensions(runSql, app, earlierSpans(span, days));
  return contributorsOf(recent, earlier, { days, most: NAMED });
}
