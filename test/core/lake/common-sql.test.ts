import {
  earlierSpans,
  spendByDimensionSql,
  spendBySubjectSql,
  spendByTimeSql,
} from "@bellwether/core/budget/spend-sql";
import { ANALYST_VIEWS } from "@bellwether/core/lake/analyst-views";
import { bindSavedQuery } from "@bellwether/core/lake/bind-query";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { LAKE_TABLES } from "@bellwether/core/lake/tables";
import { LAKE_VIEWS } from "@bellwether/core/lake/views";
import { describe, expect, it } from "vitest";

/**
 * Functions and keywords that Trino (trino.io/docs/current/functions.html, Athena engine v3) and DuckDB
 * (duckdb.org/docs/stable/sql/functions/overview) both have, with the same meaning for our arguments.
 */
const SHARED_FUNCTIONS = new Set([
  "avg",
  "cast",
  "coalesce",
  "count",
  // Trino counts whole units, DuckDB borders: the same between dates, and between instants of whole seconds.
  "date_diff",
  "decimal",
  "lead",
  "max",
  "min",
  "nullif",
  "row_number",
  "sqrt",
  "substr",
  "sum",
  "try_cast",
]);
const CLAUSES = new Set([
  "and",
  "as",
  "by",
  "filter",
  "from",
  "in",
  "join",
  "not",
  "on",
  "or",
  "over",
  "select",
  "sets",
  "then",
  "when",
  "where",
  "with",
  "else",
  "case",
  "between",
]);

/** What one engine accepts and the other does not, or reads differently. */
const FOREIGN: readonly [string, RegExp][] = [
  ["a cast with ::", /::/],
  ["an integer division //", /\/\//],
  ["a bracket (list, slice or struct)", /[[\]{}]/],
  ["a lambda arrow", /->/],
  ["a backtick", /`/],
  ["a statement end", /;/],
  ["a bare at", /(?<!")\bat\b(?!")/i],
  ["QUALIFY", /\bqualify\b/i],
  ["GROUP or ORDER BY ALL", /\bby\s+all\b/i],
  ["SELECT * EXCLUDE or REPLACE", /\*\s*(?:exclude|except|replace)\b/i],
  ["ILIKE or regex operators", /\bilike\b|\bsimilar\s+to\b|~/i],
  ["a semi, anti, asof or positional join", /\b(?:semi|anti|asof|positional)\s+join\b/i],
  ["PIVOT", /\b(?:un)?pivot\b/i],
  ["FROM first", /^\s*from\b/i],
  ["USING SAMPLE", /\b(?:using\s+sample|tablesample)\b/i],
  ["types of one engine", /\b(?:hugeint|text|int4|int8|float8|string|long|real)\b(?=\s*[,)])/i],
  ["a number with an underscore", /\b\d+_\d/],
  ["a comma before the end of a list", /,\s*(?:\)|from\b|where\b|group\b|order\b|$)/i],
  ["an operator of one engine", /==|\*\*|\^|<=>|@>|&&|<<|>>/],
  ["LIMIT before OFFSET, or of a percentage", /\blimit\s+\S+\s+offset\b|\blimit\s+\d+\s*%/i],
  ["UNION BY NAME", /\bby\s+name\b/i],
  ["a materialized CTE", /\bmaterialized\b/i],
  ["a string with a prefix", /\b(?:e|b)''/i],
  ["a decimal literal, which the engines widen differently", /(?<![\w.])\d+\.\d+(?![\d.]*e)/i],
];

/** Reserved by Trino (trino.io/docs/current/language/reserved.html): no name of ours may be one without quotes. */
const TRINO_RESERVED = new Set(
  `alter and as auto between by case cast constraint create cross cube current_catalog current_date current_path
  current_role current_schema current_time current_timestamp current_user deallocate delete describe distinct drop else
  end escape except execute exists extract false for from full group grouping having in inner insert intersect into is
  join json_array json_exists json_object json_query json_table json_value left like listagg localtime localtimestamp
  natural normalize not null on or order outer prepare recursive right rollup select skip table then trim true uescape
  union unnest using values when where with`.split(/\s+/),
);

/** Types and keywords that follow AS in a cast or a CTE. */
const AFTER_AS = new Set(["bigint", "date", "decimal", "double", "int", "timestamp", "varchar"]);

const withoutStrings = (sql: string) => sql.replace(/'(?:[^']|'')*'/g, "''");

const SPAN = { from: Date.UTC(2026, 5, 6, 7, 5), until: Date.UTC(2026, 5, 8, 9, 10) };

const ALL: readonly (readonly [string, string])[] = [
  ["spend by time", spendByTimeSql(null, SPAN, 13)],
  ["spend by subject", spendBySubjectSql("bot", SPAN)],
  ["spend by dimension", spendByDimensionSql("it's", earlierSpans(SPAN, 7))],
  ...LAKE_VIEWS.map(({ name, sql }) => [`view ${name}`, sql] as const),
  ...ANALYST_VIEWS.map(({ name, sql }) => [`view ${name}`, sql] as const),
  ...Object.entries(SAVED_QUERIES).map(
    ([name, query]) =>
      [
        name,
        bindSavedQuery(query, Object.fromEntries((query.parameters ?? []).map((p) => [p, "x"]))),
      ] as const,
  ),
];

function foreignParts(sql: string): string[] {
  const bare = withoutStrings(sql);
  const found = FOREIGN.filter(([, pattern]) => pattern.test(bare)).map(([name]) => name);
  for (const [, name = ""] of bare.matchAll(/\b([a-z_]\w*)\s*\(/gi)) {
    const word = name.toLowerCase();
    // `weighted as (` and `in (` open a subquery or a list, not a call.
    if (!SHARED_FUNCTIONS.has(word) && !CLAUSES.has(word)) found.push(`function ${word}`);
  }
  return found;
}

describe("the SQL that Athena and DuckDB share", () => {
  it.each(ALL)("%s is written in it", (_, sql) => {
    expect(foreignParts(sql)).toEqual([]);
  });

  it.each([
    ["select cast('1' as int) // 2", "an integer division //"],
    ["select 1::int", "a cast with ::"],
    ["select [1, 2]", "a bracket (list, slice or struct)"],
    ["select * exclude (a) from t", "SELECT * EXCLUDE or REPLACE"],
    ["select a from t qualify row_number() over () = 1", "QUALIFY"],
    ["select a, count(*) from t group by all", "GROUP or ORDER BY ALL"],
    ["select at from requests", "a bare at"],
    ["from t", "FROM first"],
    ["select 0.5 * x from t", "a decimal literal, which the engines widen differently"],
    ["select string_agg(x, ',') from t", "function string_agg"],
    ["select quantile_cont(x, 0.5e0) from t", "function quantile_cont"],
    ["select list_contains(x, 1) from t", "function list_contains"],
    ["select a, from t", "a comma before the end of a list"],
    ["select a from t where a == 1", "an operator of one engine"],
    ["select a from t limit 5 offset 2", "LIMIT before OFFSET, or of a percentage"],
    ["select a from t union all by name select b from u", "UNION BY NAME"],
    ["with x as materialized (select 1) select * from x", "a materialized CTE"],
    ["select e'a' from t", "a string with a prefix"],
    ["select strftime(x, '%Y') from t", "function strftime"],
  ])("the check sees %s", (sql, expected) => {
    expect(foreignParts(sql)).toContain(expected);
  });

  it.each(ALL)("%s gives nothing a name that Trino reserves", (_, sql) => {
    const names = [...withoutStrings(sql).matchAll(/\bas\s+([a-z_]\w*)|(?:with|,)\s*(\w+) as \(/gi)]
      .map(([, alias, cte]) => (alias ?? cte ?? "").toLowerCase())
      .filter((name) => !AFTER_AS.has(name));
    expect(names.filter((name) => TRINO_RESERVED.has(name))).toEqual([]);
  });

  it("no column of the lake has such a name", () => {
    const columns = Object.values(LAKE_TABLES).flatMap((table) => table.columns.map(({ name }) => name));
    expect(columns.filter((name) => TRINO_RESERVED.has(name))).toEqual([]);
  });

  it("names only views, tables and their columns as sources", () => {
    const sources = new Set([
      ...[...LAKE_VIEWS, ...ANALYST_VIEWS].map(({ name }) => name),
      ...Object.keys(LAKE_TABLES),
    ]);
    for (const [name, sql] of ALL) {
      const defined = [...sql.matchAll(/(?:with|,)\s*(\w+) as \(/g)].map((match) => match[1]);
      for (const [, source = ""] of sql.matchAll(/\b(?:from|join)\s+(\w+)/g)) {
        expect(sources.has(source) || defined.includes(source), `${name} reads ${source}`).toBe(true);
      }
    }
  });
});
