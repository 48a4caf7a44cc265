import { clip } from "./clip.ts";
import { incidentKey } from "./incident.ts";
import { nextSteps } from "./next-steps.ts";
import type { Notice, NoticeEvidence } from "./notice.ts";

/** Body of a POST to the Events API v2, without its `routing_key`. */
export type PagerDutyEvent =
  | {
      readonly event_action: "trigger";
      readonly dedup_key: string;
      readonly client: string;
      readonly payload: {
        readonly summary: string;
        readonly source: string;
        readonly severity: "critical" | "error" | "info";
        /** ISO 8601. */
        readonly timestamp: string;
        readonly component: string;
        readonly class: string;
        readonly custom_details: Readonly<Record<string, unknown>>;
      };
    }
  | { readonly event_action: "resolve"; readonly dedup_key: string };

const SEVERITY = { critical: "critical", high: "error", info: "info" } as const;
/** PagerDuty cuts a longer summary (Events API v2). */
const SUMMARY = 1_024;

const iso = (at: number): string => new Date(at).toISOString();

const details = (evidence: NoticeEvidence) => ({
  numbers: Object.fromEntries(evidence.rows.map(({ name, canary, stable }) => [name, { canary, stable }])),
  canary: evidence.canary,
  stable: evidence.stable,
  canary_share: evidence.share,
  e_value: evidence.eValue,
  e_value_limit: evidence.limit,
  evidence_from: iso(evidence.from),
  evidence_until: iso(evidence.until),
  worst_answers: evidence.worst,
});

function trigger(notice: Notice): PagerDutyEvent {
  const { app, at, evidence, generation, lines, severity, title, type } = notice;
  return {
    event_action: "trigger",
    dedup_key: incidentKey(notice),
    client: "Bellwether",
    payload: {
      summary: clip(title, SUMMARY),
      source: app,
      severity: SEVERITY[severity],
      timestamp: iso(at),
      component: evidence?.canary ?? app,
      class: evidence?.metric ?? type,
      custom_details: {
        reason: lines.join("\n"),
        ...(generation === null ? {} : { generation }),
        ...(evidence === null ? {} : details(evidence)),
        next: nextSteps(notice),
      },
    },
  };
}

/** Of a detector's incident; what is worth knowing but wakes nobody is left to the other channels. */
function incidentEvent(notice: Notice): PagerDutyEvent | null {
  if (notice.incident?.state === "closed") return { event_action: "resolve", dedup_key: incidentKey(notice) };
  return notice.severity === "info" ? null : trigger(notice);
}

/** The event of a notice; `null` when it neither opens nor closes an incident: not knowing is no recovery. */
export function pagerDutyEvent(notice: Notice): PagerDutyEvent | null {
  switch (notice.type) {
    case "rollback":
    case "shared_breach":
    case "split_mismatch":
    case "not_recovered":
      return trigger(notice);
    case "recovered":
      return { event_action: "resolve", dedup_key: incidentKey(notice) };
    case "recovery_unknown":
    case "overdue":
    case "advanced":
    case "promoted":
      return null;
    case "drift":
    case "cost":
    case "budget":
      return incidentEvent(notice);
  }
}
