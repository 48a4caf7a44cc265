import { BASELINE_DAYS, fitBaseline } from "./baseline.ts";
import { type DriftDay, dayOf, emptyDay } from "./day.ts";
import { DAY_MS } from "./detect/cell.ts";
import { fitSettings } from "./fit-settings.ts";
import type { DriftKind, Family } from "./series.ts";
import { newState } from "./state.ts";
import { type TimedChange, watchBuckets } from "./watch.ts";

export interface BacktestSettings {
  readonly app: string;
  readonly family: Family;
  /** First and last instant that is looked at, ms; both on a bucket's edge. */
  readonly from: number;
  readonly until: number;
  readonly warmUpDays: number;
  readonly falsePagesPerWeek: number;
  readonly watches?: (key: string) => boolean;
  readonly onDay?: (day: number) => void;
}

/** Where a kind stood on one day of a backtest. */
interface BacktestDay {
  readonly day: number;
  readonly kind: DriftKind;
  /** Detectors with a baseline at the end of the day. */
  readonly ready: number;
  readonly daysLeft: number | null;
  /** Largest ln M / ln A at the end of the day. */
  readonly score: number;
}

export interface Backtest {
  readonly changes: readonly TimedChange[];
  readonly days: readonly BacktestDay[];
}

/**
 * Replays stored readings through the detectors as they would have run with these settings, from fresh detectors at
 * `from` and with baselines of the days before; `readDay` gives undefined for a day without readings.
 */
export async function backtest(
  readDay: (day: number) => Promise<DriftDay | undefined>,
  settings: BacktestSettings,
): Promise<Backtest> {
  const { app, family, from, until, warmUpDays, falsePagesPerWeek, watches, onDay } = settings;
  const days = new Map<number, DriftDay>();
  const load = async (day: number): Promise<DriftDay | undefined> => {
    if (!days.has(day)) {
      const read = await readDay(day);
      if (read !== undefined) days.set(day, read);
    }
    return days.get(day);
  };
  const firstRead = dayOf(from) - BASELINE_DAYS * DAY_MS;
  for (let day = firstRead; day < until; day += DAY_MS) await load(day);
  const first = [...days.keys()].sort((a, b) => a - b)[0] ?? dayOf(from);
  let state = { ...newState(first), until: Math.max(from, first) };
  const changes: TimedChange[] = [];
  const report: BacktestDay[] = [];
  while (state.until < until) {
    const day = dayOf(state.until);
    const end = Math.min(until, day + DAY_MS);
    const watched = await watchBuckets(state, end, {
      app,
      family,
      days,
      openBaseline: async (of, current) => {
        const before: DriftDay[] = [];
        for (let at = of - BASELINE_DAYS * DAY_MS; at < of; at += DAY_MS)
          before.push(days.get(at) ?? emptyDay());
        return fitBaseline(of, before, fitSettings(family, current, 0, warmUpDays));
      },
      falsePagesPerWeek,
      ...(watches && { watches }),
    });
    state = watched.state;
    changes.push(...watched.changes);
    for (const kind of family.kinds) {
      const reading = watched.kinds.find((one) => one.kind === kind);
      if (reading !== undefined)
        report.push({ day, kind, ready: reading.ready, daysLeft: reading.daysLeft, score: reading.score });
    }
    onDay?.(day);
  }
  return { changes, days: report };
}
