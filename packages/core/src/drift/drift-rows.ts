import type { LakeRow } from "../lake/tables.ts";
import type { Notice } from "../notices/notice.ts";
import type { IncidentChange } from "./incident.ts";
import { keyOf } from "./series.ts";
import type { DetectorReading } from "./step.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** `drift_log` rows of a bucket: what each series read, what was expected, and the evidence so far. */
export function driftRows(app: string, readings: readonly DetectorReading[], now: number): LakeRow[] {
  return readings.map(({ key, kind, at, look, logE, p, onset }) => {
    const { series, segment } = keyOf(key);
    const first = look.looks.find((one) => one !== undefined);
    return {
      app,
      kind,
      series,
      segment,
      at: iso(at),
      n: look.n,
      value: look.value,
      expected: first?.expected ?? null,
      effect: first?.residual ?? null,
      effect_sd: first?.z ?? null,
      log_e: logE,
      p_value: p,
      onset: iso(onset),
      rev: now,
    };
  });
}

/** `incidents_log` row of an incident that opened or closed. */
export function incidentRow(app: string, change: IncidentChange, notice: Notice, now: number): LakeRow {
  const { incident, kind } = change;
  const closed = change.change === "closed";
  return {
    incident_id: incident.id,
    app,
    source: kind === "cost" ? "cost" : "drift",
    kind,
    at: iso(incident.openedAt),
    onset: iso(incident.onset),
    closed_at: closed ? iso(now) : null,
    status: closed ? "closed" : "open",
    ending: closed ? change.ending : null,
    subjects: incident.culprits.map(({ key }) => key).join(","),
    summary: notice.title,
    document: JSON.stringify({ ...change, lines: notice.lines }),
    rev: now,
  };
}
