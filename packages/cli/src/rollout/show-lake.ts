import { bindSavedQuery } from "@bellwether/core/lake/bind-query";
import type { Finding } from "@bellwether/core/rollout/finding";
import type { RollbackPolicy } from "@bellwether/core/rollout/policy";
import { queryLake } from "../lake-query.ts";
import { renderTable } from "../output.ts";
import type { Canvas } from "./picture.ts";
import { findingLines } from "./show-table.ts";
import { asFinding } from "./stored-finding.ts";

interface LakeHistory {
  readonly app: string;
  readonly rollbacks: readonly Record<string, unknown>[];
  readonly findings: readonly Record<string, unknown>[];
  /** The whole last finding; `null` without one that this version can read. */
  readonly finding: Finding | null;
}

const ROLLBACKS = `select "at", generation, from_variant, to_variant, rule, e_value, reason
from rollbacks where app = ? order by "at", generation`;
const FINDINGS = `select "at", generation, stable, canary, status, rule, e_value, watermark
from findings where app = ? order by "at", finding_id`;
const LAST = `select document
from findings where app = ? order by "at" desc, finding_id desc limit 1`;

function parsed(document: unknown): unknown {
  if (typeof document !== "string") return undefined;
  try {
    return JSON.parse(document) as unknown;
  } catch {
    return undefined;
  }
}

/** What the lake of a replay or demo tells about an app's rollout. */
export async function lakeHistory(out: string, app: string): Promise<LakeHistory> {
  const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => {
    const bound = bindSavedQuery({ title: "", description: "", sql, parameters: ["app"] }, { app });
    const { columns, rows } = await queryLake({ out }, bound);
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
  };
  const [rollbacks, findings] = [await rowsOf(ROLLBACKS), await rowsOf(FINDINGS)];
  const [last] = await rowsOf(LAST);
  return { app, rollbacks, findings, finding: asFinding(parsed(last?.document)) ?? null };
}

function lastFinding({ finding, findings }: LakeHistory, policy: RollbackPolicy, canvas: Canvas): string[] {
  const { bold, dim } = canvas.color;
  if (findings.length === 0) return [];
  if (finding === null)
    return [
      "",
      bold("Last finding"),
      dim("  it cannot be drawn: this version of bellwether did not write it"),
    ];
  const title = `Last finding, about canary ${finding.canary} at ${Number((finding.share * 100).toPrecision(4))} %`;
  return ["", bold(title), ...findingLines(finding, policy, canvas), ""];
}

/** The history as a person reads it. */
export function renderLakeHistory(history: LakeHistory, policy: RollbackPolicy, canvas: Canvas): string {
  const { color } = canvas;
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
  return [
    section(`Rollbacks of ${history.app}`, history.rollbacks),
    section("Findings about its canaries", history.findings),
    ...lastFinding(history, policy, canvas),
  ].join("\n");
}
