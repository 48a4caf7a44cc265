const PERCENTILES = [50, 95, 99] as const;

/**
 * Exact percentiles by nearest rank: from a SELECT with the grouping columns and the value columns (NULL where a row has
 * none) to `<name>_n`, `<name>_p50`, `<name>_p95`, `<name>_p99` and `calls` of every group.
 */
export function nearestRankSql(source: string, groupBy: readonly string[], names: readonly string[]): string {
  const group = groupBy.join(", ");
  const ranks = names.map(
    (name) => `row_number() over (partition by ${group} order by ${name} nulls last) as ${name}_rank,
    count(${name}) over (partition by ${group}) as ${name}_of`,
  );
  const columns = names.map((name) =>
    [
      `count(${name}) as ${name}_n`,
      ...PERCENTILES.map(
        (p) => `min(${name}) filter (where 100 * ${name}_rank >= ${p} * ${name}_of) as ${name}_p${p}`,
      ),
    ].join(", "),
  );
  return `select ${group}, count(*) as calls,
  ${columns.join(",\n  ")}
from (
  select ${group}, ${names.join(", ")},
    ${ranks.join(",\n    ")}
  from (
    ${source}
  ) as measured
) as ranked
group by ${group}`;
}
