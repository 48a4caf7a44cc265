const MINUTE = 60_000;

export interface Schedule<Name extends string> {
  readonly name: Name;
  readonly rateMinutes: number;
}

export interface Scheduler<Name extends string> {
  /** Something happened that a scheduled function may have to react to. */
  noteWork(): void;
  /** First whole minute (ms) after `now` that must be lived through; Infinity when no tick can change anything before new work arrives. */
  nextTickAt(now: number): number;
  /** Schedules due at the whole minute `at` (ms), in their given order. */
  dueAt(at: number): readonly Name[];
  /** Takes a tick's answer: `{ settledUntil }` (ISO or null for ever) lets later ticks be skipped. */
  finish(name: Name, answer: unknown): void;
}

/** When to run which schedule: every rate, except where a function said that nothing can change. A minute runs all that is due in it or nothing. */
export function createScheduler<Name extends string>(schedules: readonly Schedule<Name>[]): Scheduler<Name> {
  let work = 0;
  const settled = new Map<Name, { until: number; work: number }>();

  const nextOf = ({ name, rateMinutes }: Schedule<Name>, now: number): number => {
    const quiet = settled.get(name);
    if (quiet === undefined || quiet.work !== work) return nextMultiple(now, MINUTE);
    const period = rateMinutes * MINUTE;
    if (quiet.until === Number.POSITIVE_INFINITY) return quiet.until;
    return Math.max(nextMultiple(now, period), Math.ceil(quiet.until / period) * period);
  };

  return {
    noteWork: () => {
      work += 1;
    },
    nextTickAt: (now) =>
      schedules.reduce((first, schedule) => Math.min(first, nextOf(schedule, now)), Number.POSITIVE_INFINITY),
    dueAt: (at) =>
      schedules.filter(({ rateMinutes }) => at % (rateMinutes * MINUTE) === 0).map(({ name }) => name),
    finish: (name, answer) => {
      const until = settledUntil(answer);
      if (until === undefined) settled.delete(name);
      else settled.set(name, { until, work });
    },
  };
}

function nextMultiple(now: number, period: number): number {
  return (Math.floor(now / period) + 1) * period;
}

/** `settledUntil` of a handler's answer in ms, Infinity for null, undefined when the handler makes no such promise; throws RangeError for no date. */
export function settledUntil(answer: unknown): number | undefined {
  if (typeof answer !== "object" || answer === null || !("settledUntil" in answer)) return undefined;
  if (answer.settledUntil === null) return Number.POSITIVE_INFINITY;
  const until = Date.parse(String(answer.settledUntil));
  if (Number.isNaN(until)) throw new RangeError(`settledUntil is no date: ${answer.settledUntil}`);
  return until;
}
