import { LAKE_TABLES, type LakeTable } from "./tables.ts";

export interface LakeView {
  readonly name: string;
  readonly table: LakeTable;
  /** The SELECT behind the view, in the SQL that Athena engine v3 (Trino) and DuckDB share. */
  readonly sql: string;
  readonly columns: readonly string[];
}

/** Hive partition columns of every table, both strings: `YYYY-MM-DD` and `HH`, UTC. */
export const PARTITION_COLUMNS = ["dt", "hour"] as const;

/** Columns that analysts rely on come first and in this order; the other columns of the table follow. */
const LEADING: Readonly<
  Record<LakeTable, { view: string; columns: readonly string[]; tieBreak: readonly string[] }>
> = {
  requests_log: {
    view: "requests",
    columns: [
      "request_id",
      "at",
      "app",
      "variant",
      "prompt_version",
      "user_id",
      "session_id",
      "tenant",
      "feature",
      "model_id",
      "operation",
      "input_tokens",
      "output_tokens",
      "cache_read_tokens",
      "cache_write_tokens",
      "cost_usd",
      "latency_ms",
      "ttft_ms",
      "error_code",
      "pi",
      "u",
      "rules",
      "deciding_rule",
      "priority",
      "outcome",
      "rev",
      "source_key",
      "source_line",
    ],
    tieBreak: ["source_key", "source_line", "outcome", "at"],
  },
  evaluations_log: {
    view: "evaluations",
    columns: [
      "request_id",
      "metric",
      "status",
      "score",
      "reason",
      "judge_model",
      "judge_version",
      "cost_usd",
      "pi",
      "at",
    ],
    tieBreak: ["status", "score", "reason", "judge_version", "at"],
  },
  feedback_log: {
    view: "feedback",
    columns: ["feedback_id", "request_id", "kind", "value", "at"],
    tieBreak: ["at", "request_id", "kind", "value"],
  },
  review_tasks_log: {
    view: "review_tasks",
    columns: ["request_id", "at", "app", "variant", "prompt_version", "reasons", "rho"],
    tieBreak: ["reasons", "rho", "source_key"],
  },
  reviews_log: {
    view: "reviews",
    columns: ["request_id", "metric", "reviewer", "label", "rho", "second", "escalated", "at"],
    tieBreak: ["label", "comment", "correction"],
  },
  agreement_log: {
    view: "agreement",
    columns: ["app", "metric", "judge_version", "status", "labels", "kappa", "bias", "at"],
    tieBreak: ["at", "labels"],
  },
  calibrations_log: {
    view: "calibrations",
    columns: ["app", "metric", "at", "slope", "labels", "completion"],
    tieBreak: ["labels", "slope", "completion"],
  },
  rollups_log: {
    view: "rollups",
    columns: ["app", "variant", "prompt_version", "model_id", "metric", "at", "mean", "low", "high", "n_eff"],
    tieBreak: ["sum_w", "requests"],
  },
  operations_log: {
    view: "operations",
    columns: ["app", "variant", "prompt_version", "model_id", "at", "requests", "error_rate", "latency_p95"],
    tieBreak: ["requests", "latency_n"],
  },
  findings_log: {
    view: "findings",
    columns: ["finding_id", "at", "app", "generation", "stable", "canary", "status", "rule", "e_value"],
    tieBreak: ["at", "document"],
  },
  drift_log: {
    view: "drift",
    columns: ["app", "kind", "series", "segment", "at", "value", "expected", "effect", "log_e", "p_value"],
    tieBreak: ["log_e", "value"],
  },
  sentinel_log: {
    view: "sentinel",
    columns: ["dataset", "judge", "at", "shift", "z", "log_e", "status"],
    tieBreak: ["shift", "scored"],
  },
  incidents_log: {
    view: "incidents",
    columns: [
      "incident_id",
      "at",
      "app",
      "source",
      "kind",
      "status",
      "ending",
      "onset",
      "closed_at",
      "summary",
    ],
    tieBreak: ["status", "document"],
  },
  rollbacks_log: {
    view: "rollbacks",
    columns: ["app", "generation", "at", "from_variant", "to_variant", "rule", "reason", "e_value"],
    tieBreak: ["at", "document"],
  },
  quarantine_log: {
    view: "quarantine",
    columns: ["source_key", "source_line", "reason"],
    tieBreak: ["at", "detail", "raw"],
  },
  objects_log: {
    view: "objects",
    columns: ["source_key", "at", "lines_read", "kept", "quarantined", "duplicate", "ignored"],
    tieBreak: ["at"],
  },
};

/** `name` as an identifier that both engines accept: DuckDB reserves `at`. */
const quoted = (name: string): string => (name === "at" ? `"at"` : name);

function latestRevision(table: LakeTable): LakeView {
  const { view, columns: leading, tieBreak } = LEADING[table];
  const names = LAKE_TABLES[table].columns.map((column) => column.name);
  const columns = [...leading, ...names.filter((name) => !leading.includes(name)), ...PARTITION_COLUMNS];
  // The key alone is the partition: a later revision may lie in another hour.
  const key = LAKE_TABLES[table].key.map(quoted).join(", ");
  const order = ["rev desc nulls last", ...tieBreak.map((name) => `${quoted(name)} asc nulls last`)].join(
    ", ",
  );
  const selected = columns.map(quoted).join(", ");
  const sql = `select ${selected}
from (
  select ${selected},
    row_number() over (partition by ${key} order by ${order}) as revision_rank
  from ${table}
) as log
where revision_rank = 1`;
  return { name: view, table, sql, columns };
}

/** The views analysts query: the row with the highest `rev` of every key; equal revisions fall back to a fixed order. */
export const LAKE_VIEWS: readonly LakeView[] = (Object.keys(LEADING) as LakeTable[]).map(latestRevision);
