import { bindSavedQuery } from "@bellwether/core/lake/bind-query";
import { queryLake } from "../lake-query.ts";
import { type Io, renderTable } from "../output.ts";

interface LakeHistory {
  readonly app: string;
  readonly rollbacks: readonly Record<string, unknown>[];
  readonly findings: readonly Record<string, unknown>[];
}

const ROLLBACKS = `select "at", generation, from_variant, to_variant, rule, e_value, reason
from rollbacks where app = ? order by "at", generation`;
const FINDINGS = `select "at", generation, stable, canary, status, rule, e_value, watermark
from findings where app = ? order by "at", finding_id`;

/** What the lake of a replay or demo tells about an app's rollout. */
export async function lakeHistory(out: string, app: string): Promise<LakeHistory> {
  const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => {
    const bound = bindSavedQuery({ title: "", description: "", sql, parameters: ["app"] }, { app });
    const { columns, rows } = await queryLake({ out }, bound);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
  };
  return { app, rollbacks: await rowsOf(ROLLBACKS), findings: await rowsOf(FINDINGS) };
}

/** The history as a person reads it. */
export function renderLakeHistory({ app, rollbacks, findings }: LakeHistory, { color }: Io): string {
  const section = (title: string, rows: readonly Record<string, unknown>[]): string => {
    const columns = Object.keys(rows[0] ?? {});
    const body =
      rows.length === 0
        ? color.dim("  none\n")
        : renderTable(
            columns,
            rows.map((row) => columns.map((name) => row[name])),
            color,
          );
    return `${color.bold(title)}\n${body}`;
  };
  return `${section(`Rollbacks of ${app}`, rollbacks)}\n${section("Findings about its canaries", findings)}`;
}
