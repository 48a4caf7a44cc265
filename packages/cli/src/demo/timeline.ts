import { CANARY_ALARM_PREFIX } from "@bellwether/core/topology";
import type { PlayedStory } from "@bellwether/local/demo/play-story";
import type { Story } from "@bellwether/local/demo/story";
import type { Lake } from "@bellwether/local/lake/open-lake";
import { table } from "../report/rows.ts";
import type { Summary } from "../report/summary.ts";

/** One event of the day; `by` tells what the simulation did from what the product did. */
export interface Chapter {
  readonly at: string;
  readonly by: "simulation" | "bellwether";
  readonly what:
    | "canary_started"
    | "canary_turned_bad"
    | "first_suspicion"
    | "verdict"
    | "rollback"
    | "alarm"
    | "page";
  readonly text: string;
}

/** A finding as the lake keeps it. */
export interface LakeFinding {
  readonly at: string;
  readonly status: string;
  readonly rule: string | null;
  readonly e_value: number;
  readonly reason: string;
  readonly generation: number;
}

/** From here on the evidence points at the canary, though 100 decides. */
const SUSPICIOUS = 5;

const iso = (at: number): string => new Date(at).toISOString();

/** Findings of the lake, oldest first. */
export async function findingsOf(lake: Lake, app: string): Promise<LakeFinding[]> {
  const rows = await table<Omit<LakeFinding, "reason"> & { document: string }>(
    lake,
    `select "at", app, generation, status, rule, e_value, document from findings order by "at", finding_id`,
  );
  return rows
    .map(({ document, ...row }) => ({ ...row, ...(JSON.parse(document) as { app: string; reason: string }) }))
    .filter((finding) => finding.app === app)
    .map(({ at, status, rule, e_value, reason, generation }) => ({
      at: typeof at === "number" ? iso(at) : at,
      status,
      rule,
      e_value,
      reason,
      generation,
    }));
}

/** What happened, in order of time. */
export function timelineOf(
  story: Story,
  run: PlayedStory,
  { alarms, rollbacks }: Pick<Summary, "alarms" | "rollbacks">,
  findings: readonly LakeFinding[],
): Chapter[] {
  const { app, canary, stable, share, canaryFrom, turnsBadAt } = story;
  const bad = iso(turnsBadAt);
  const chapters: Chapter[] = [
    {
      at: iso(canaryFrom),
      by: "simulation",
      what: "canary_started",
      text: `canary ${canary} started with ${share * 100} % of the users, ${stable} keeps the rest`,
    },
    {
      at: bad,
      by: "simulation",
      what: "canary_turned_bad",
      text: `${canary} starts to hallucinate (nobody tells Bellwether)`,
    },
  ];
  const verdict = findings.find(({ status }) => status === "breach");
  const suspicion = findings.find(({ at, e_value }) => at >= bad && e_value >= SUSPICIOUS);
  if (suspicion !== undefined && suspicion !== verdict) {
    const text = `first suspicion: the e-value of "worse than ${stable}" has grown to ${suspicion.e_value.toPrecision(3)}`;
    chapters.push({ at: suspicion.at, by: "bellwether", what: "first_suspicion", text });
  }
  if (verdict !== undefined) {
    const text = `verdict: breach by ${verdict.rule ?? "evidence"}, e-value ${verdict.e_value.toPrecision(3)} (100 decides)`;
    chapters.push({ at: verdict.at, by: "bellwether", what: "verdict", text });
  }
  for (const { at, from, to, rule, reason } of rollbacks) {
    const text = `rolled back ${from} → ${to} by ${rule}: ${reason}`;
    chapters.push({ at, by: "bellwether", what: "rollback", text });
  }
  for (const { name, at, state } of alarms.filter((alarm) => alarm.name === CANARY_ALARM_PREFIX + app)) {
    chapters.push({ at, by: "bellwether", what: "alarm", text: `alarm ${name}: ${state}` });
  }
  for (const { at, subject, message } of run.pages) {
    const text = `people paged: ${subject ?? message.split("\n")[0] ?? ""}`;
    chapters.push({ at: iso(at), by: "bellwether", what: "page", text });
  }
  // Array.prototype.sort is stable: what causes comes before what follows.
  return chapters.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
