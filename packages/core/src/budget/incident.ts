import * as z from "zod";
import type { Standing } from "./standing.ts";

/** A ticket can wait for the morning, a page cannot. */
const LEVELS = ["ticket", "page"] as const;
export type IncidentLevel = (typeof LEVELS)[number];

const aboutSchema = z.union([
  z.object({ kind: z.enum(["burn", "day", "month", "forecast", "per_request"]) }),
  z.object({ kind: z.literal("limit"), subjectKind: z.enum(["tenant", "user"]), subject: z.string() }),
]);
/** What an incident is about. */
export type IncidentSubject = z.infer<typeof aboutSchema>;

/** What one look says about something that may become an incident. */
export interface Condition {
  /** Names the incident; of something that is counted by day or month it names that too. */
  readonly key: string;
  readonly about: IncidentSubject;
  readonly levels: Readonly<Record<IncidentLevel, Standing>>;
  /** A level that opens now does not open again before this instant. */
  readonly quietUntil: number;
  /** End of the day or month it counts, where an open incident ends; null without one. */
  readonly until: number | null;
}

const entrySchema = z.object({
  about: aboutSchema,
  /** The level that is open, or null while a closed incident is kept quiet. */
  level: z.enum(LEVELS).nullable(),
  /** When the incident opened first, ms. */
  openedAt: z.number(),
  /** Until when each level does not open again. */
  quietUntil: z.object({ ticket: z.number(), page: z.number() }),
  until: z.number().nullable(),
});
type Entry = z.infer<typeof entrySchema>;

/** The incidents of an app's budget by key, as stored in JSON. */
export const budgetStateSchema = z.record(z.string(), entrySchema);
export type BudgetState = z.infer<typeof budgetStateSchema>;

interface IncidentChange {
  readonly key: string;
  readonly about: IncidentSubject;
  readonly openedAt: number;
}

/** People hear of it: the incident opened, or rose from ticket to page (`from`). */
export interface OpenedIncident extends IncidentChange {
  readonly level: IncidentLevel;
  readonly from: IncidentLevel | null;
  /** The same however often this look is repeated. */
  readonly dedupeKey: string;
}

export interface ClosedIncident extends IncidentChange {
  readonly level: IncidentLevel;
  /** Why: the value is well below its limit, the day or month is over, or the policy watches it no more. */
  readonly why: "recovered" | "period_over" | "not_watched";
}

export interface Settled {
  readonly state: BudgetState;
  readonly opened: readonly OpenedIncident[];
  readonly closed: readonly ClosedIncident[];
}

const rank = (level: IncidentLevel | null): number => (level === null ? -1 : LEVELS.indexOf(level));

/** The highest level that is over, or that is open and not under; a level still kept quiet does not open. */
function nextLevel(condition: Condition, entry: Entry | undefined, now: number): IncidentLevel | null {
  const current = rank(entry?.level ?? null);
  for (const level of [...LEVELS].reverse()) {
    const standing = condition.levels[level];
    const isOpen = current >= rank(level);
    if (isOpen && standing !== "under") return level;
    if (!isOpen && standing === "over" && now >= (entry?.quietUntil[level] ?? Number.NEGATIVE_INFINITY))
      return level;
  }
  return null;
}

/** The entry after a level opened: it and the levels below stay quiet until the condition says. */
function raised(condition: Condition, level: IncidentLevel, entry: Entry | undefined, now: number): Entry {
  const { about, quietUntil, until } = condition;
  const before = entry?.quietUntil ?? { ticket: 0, page: 0 };
  const isOpen = entry !== undefined && entry.level !== null;
  return {
    about,
    level,
    openedAt: isOpen ? entry.openedAt : now,
    quietUntil: { ticket: quietUntil, page: level === "page" ? quietUntil : before.page },
    until,
  };
}

const isForgotten = ({ level, quietUntil }: Entry, now: number): boolean =>
  level === null && now >= Math.max(quietUntil.ticket, quietUntil.page);

/** Why an open incident without a condition in this look ends, if it does. */
function endOf({ until, about }: Entry, now: number): ClosedIncident["why"] | null {
  if (until !== null && now >= until) return "period_over";
  // Who is within a limit is not read one by one, and an overrun lasts until midnight anyway.
  return about.kind === "limit" || until !== null ? null : "not_watched";
}

/**
 * The incidents after a look at `now`: each opens once, rises at most once, and closes when its value is well below
 * the limit or its day or month is over. What is `unknown` changes nothing.
 */
export function settleIncidents(state: BudgetState, conditions: readonly Condition[], now: number): Settled {
  const next = new Map<string, Entry>(Object.entries(state));
  const opened: OpenedIncident[] = [];
  const closed: ClosedIncident[] = [];
  const close = (key: string, entry: Entry, why: ClosedIncident["why"]): void => {
    if (entry.level !== null)
      closed.push({ key, about: entry.about, openedAt: entry.openedAt, level: entry.level, why });
    next.set(key, { ...entry, level: null });
  };
  for (const condition of conditions) {
    const { key } = condition;
    if (condition.until !== null && now > condition.until) continue;
    const entry = next.get(key);
    const level = nextLevel(condition, entry, now);
    const from = entry?.level ?? null;
    if (rank(level) > rank(from) && level !== null) {
      const after = raised(condition, level, entry, now);
      next.set(key, after);
      opened.push({
        key,
        about: after.about,
        openedAt: after.openedAt,
        level,
        from,
        dedupeKey: `${key}/${level}/${now}`,
      });
    } else if (entry !== undefined && level === null) close(key, entry, "recovered");
    else if (entry !== undefined && level !== from) next.set(key, { ...entry, level });
  }
  const read = new Set(conditions.map(({ key }) => key));
  for (const [key, entry] of next) {
    const why = read.has(key) ? null : endOf(entry, now);
    if (why !== null) close(key, entry, why);
    const after = next.get(key);
    if (after !== undefined && isForgotten(after, now)) next.delete(key);
  }
  return { state: Object.fromEntries(next), opened, closed };
}
