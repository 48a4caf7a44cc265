import type { LakeRow } from "../lake/tables.ts";
import type { Notice } from "../notices/notice.ts";
import type { Contributors } from "./contributors.ts";
import type { ClosedIncident, IncidentSubject, OpenedIncident } from "./incident.ts";
import { openedMessage } from "./lines.ts";
import { openedMessages } from "./messages.ts";
import { momentText, nameText, usdText } from "./money.ts";
import type { BudgetReading, SpentReading } from "./reading.ts";
import { ofBudget } from "./sentences.ts";

/** Who spend rose by: null where no day before is known to compare with. */
export type Who = Contributors | "no_answer" | null;

const iso = (at: number): string => new Date(at).toISOString();

/** The same from the opening of an incident to its end, and of no other. */
const budgetIncidentId = (
  app: string,
  { key, openedAt }: { readonly key: string; readonly openedAt: number },
): string => `${app}/budget/${key}/${iso(openedAt).slice(0, 16)}`;

const common = { type: "budget", generation: null, evidence: null } as const;
const NEXT = ["bellwether budget"];

/** What people are told of the incidents that opened or rose at a look; `judgePicoUsd` is what judging cost today. */
export function openedNotices(
  opened: readonly OpenedIncident[],
  reading: BudgetReading,
  who: Who,
  judgePicoUsd: number,
): Notice[] {
  const { app, at } = reading;
  const beside = [
    ...(who === "no_answer" ? ["Who it comes from is not known: the lake did not answer."] : []),
    ...(judgePicoUsd > 0
      ? [`Judging the app's answers cost ${usdText(judgePicoUsd)} today; it is in none of these numbers.`]
      : []),
  ];
  return openedMessages(opened, reading, who === "no_answer" ? null : who).map((message): Notice => {
    const incident = opened.find(({ key }) => key === message.key);
    return {
      ...common,
      app,
      at,
      dedupeKey: `budget/${app}/${message.dedupeKey}`,
      // Limits passed at one look share a message and nobody is woken for them, so there is nothing to close.
      ...(incident && { incident: { key: budgetIncidentId(app, incident), state: "open" } }),
      severity: message.level === "page" ? "high" : "info",
      title: message.title,
      lines: incident === undefined ? message.lines.slice() : [...message.lines, ...beside],
      next: NEXT,
    };
  });
}

const WITHIN = {
  burn: "spends no faster than its budget allows again",
  day: "is within its budget of the day again",
  month: "is within its budget of the month again",
  forecast: "will probably keep its budget of the month",
  per_request: "pays no more than its limit a request again",
  limit: "has nobody above that limit any more",
} as const satisfies Record<IncidentSubject["kind"], string>;

function endWords({ why, about }: ClosedIncident): string {
  if (why === "recovered") return WITHIN[about.kind];
  if (why === "not_watched") return `has no limit for this any more (${about.kind.replace("_", " ")})`;
  const period = about.kind === "day" || about.kind === "limit" ? "day" : "month";
  return about.kind === "forecast"
    ? "has ended the month that was to pass its budget"
    : `has ended the ${period} that passed its budget`;
}

const closedTitle = (app: string, closed: ClosedIncident): string => `${nameText(app)} ${endWords(closed)}`;

/** The note that an incident ended; undefined for a limit, whose hundreds would all end at midnight. */
export function closedNotice(closed: ClosedIncident, reading: SpentReading): Notice | undefined {
  const { app, at, day, month } = reading;
  if (closed.about.kind === "limit") return undefined;
  const id = budgetIncidentId(app, closed);
  return {
    ...common,
    app,
    at,
    dedupeKey: `closed/${id}`,
    incident: { key: id, state: "closed" },
    severity: "info",
    title: closedTitle(app, closed),
    lines: [
      `It was found at ${momentText(closed.openedAt)}.`,
      `Today: ${ofBudget(day)}.`,
      `This month: ${ofBudget(month)}.`,
    ],
    next: NEXT,
  };
}

const subjectText = (about: IncidentSubject): string =>
  about.kind === "limit" ? `${about.subjectKind}=${about.subject}` : about.kind;

const row = (app: string, incident: OpenedIncident | ClosedIncident, rev: number): LakeRow => ({
  incident_id: budgetIncidentId(app, incident),
  app,
  source: "budget",
  kind: incident.about.kind,
  at: iso(incident.openedAt),
  onset: iso(incident.openedAt),
  subjects: subjectText(incident.about),
  rev,
});

/** `incidents_log` row of an incident that opened or rose. */
export function openedRow(incident: OpenedIncident, reading: BudgetReading): LakeRow {
  const { title, lines } = openedMessage(incident, reading, null);
  return {
    ...row(reading.app, incident, reading.at),
    closed_at: null,
    status: "open",
    ending: null,
    summary: title,
    document: JSON.stringify({ ...incident, lines }),
  };
}

/** `incidents_log` row of an incident that closed. */
export const closedRow = (incident: ClosedIncident, { app, at }: SpentReading): LakeRow => ({
  ...row(app, incident, at),
  closed_at: iso(at),
  status: "closed",
  ending: incident.why,
  summary: closedTitle(app, incident),
  document: JSON.stringify(incident),
});
