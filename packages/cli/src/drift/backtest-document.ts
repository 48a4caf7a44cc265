import type { Backtest } from "@bellwether/core/drift/backtest";
import { changeWords } from "@bellwether/core/drift/drift-notice";
import { type DriftKind, type Family, keyOf } from "@bellwether/core/drift/series";
import { briefStoriesOf } from "@bellwether/core/drift/stories";

interface BacktestSeries {
  readonly series: string;
  readonly segment: string;
  readonly onset: string;
  readonly change: string;
  readonly logE: number;
}

interface BacktestIncident {
  readonly id: string;
  readonly kind: DriftKind;
  readonly openedAt: string;
  readonly onset: string;
  /** null while it is open at the end. */
  readonly closedAt: string | null;
  readonly ending: "back_to_normal" | "new_normal" | null;
  readonly series: readonly BacktestSeries[];
}

export interface BacktestKind {
  readonly kind: DriftKind;
  /** Days on which a detector had a baseline. */
  readonly watchedDays: number;
  /** Days of data until the first detector that has none may have one; null when all have. */
  readonly daysLeft: number | null;
  readonly incidents: number;
  /** Largest score of each day; null while learning. */
  readonly scores: readonly (number | null)[];
}

export interface BacktestDocument {
  readonly app: string;
  readonly detector: string;
  readonly from: string;
  readonly to: string;
  readonly falsePagesPerWeek: number;
  readonly warmUpDays: number;
  readonly kinds: readonly BacktestKind[];
  readonly incidents: readonly BacktestIncident[];
}

export interface BacktestQuestion {
  readonly app: string;
  readonly family: Family;
  readonly detector: string;
  readonly from: number;
  readonly until: number;
  readonly falsePagesPerWeek: number;
  readonly warmUpDays: number;
}

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** What a backtest found, as one JSON document. */
export function backtestDocument(question: BacktestQuestion, found: Backtest): BacktestDocument {
  const { app, family, detector, from, until, falsePagesPerWeek, warmUpDays } = question;
  const closings = new Map(
    found.changes.flatMap(({ change, at }) =>
      change.change === "closed" ? [[change.incident.id, { at, ending: change.ending }] as const] : [],
    ),
  );
  const incidents = found.changes.flatMap(({ change, days, baselineOf }): BacktestIncident[] => {
    if (change.change !== "opened") return [];
    const { incident, kind } = change;
    const closing = closings.get(incident.id);
    return [
      {
        id: incident.id,
        kind,
        openedAt: iso(incident.openedAt),
        onset: iso(incident.onset),
        closedAt: closing === undefined ? null : iso(closing.at),
        ending: closing?.ending ?? null,
        series: briefStoriesOf(incident, { app, family, days, baselineOf }).map((story) => ({
          ...keyOf(story.culprit.key),
          onset: iso(story.culprit.onset),
          change: changeWords(story),
          logE: story.culprit.logE,
        })),
      },
    ];
  });
  const kinds = family.kinds.flatMap((kind): BacktestKind[] => {
    const days = found.days.filter((one) => one.kind === kind);
    const watched = days.filter(({ ready }) => ready > 0);
    if (days.every(({ ready, daysLeft }) => ready === 0 && daysLeft === null)) return [];
    return [
      {
        kind,
        watchedDays: watched.length,
        daysLeft: days.at(-1)?.daysLeft ?? null,
        incidents: incidents.filter((one) => one.kind === kind).length,
        scores: days.map(({ ready, score }) => (ready > 0 ? score : null)),
      },
    ];
  });
  return { app, detector, from: iso(from), to: iso(until), falsePagesPerWeek, warmUpDays, kinds, incidents };
}
