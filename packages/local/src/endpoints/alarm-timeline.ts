/** A timeline of minutes (since the epoch) out of which idle spans are cut. */
export interface AlarmTimeline {
  /** Cuts the whole minutes inside [fromMs, toMs) out of the timeline. */
  skip(fromMs: number, toMs: number): void;
  /** The newest `count` minutes that are complete at `nowMs`, newest first; a skipped minute is there only if `withData` has it. */
  latest(nowMs: number, count: number, withData: Iterable<number>): readonly number[];
}

const MINUTE = 60_000;
/** No alarm here looks back more than a day of minutes, and two spans have at least one minute between them. */
const MAX_SPANS = 1_500;

/**
 * The timeline that alarms are evaluated on.
 * While the runner skips idle time nothing is published and nothing could change, so a gauge keeps its
 * last value: to an alarm the minute after the span directly follows the minute before it. A datapoint
 * that does fall into a span is never lost: its minute stays.
 */
export function createTimeline(): AlarmTimeline {
  const spans: { from: number; to: number }[] = [];

  const spanOf = (minute: number) => {
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle]?.to ?? 0) <= minute) low = middle + 1;
      else high = middle;
    }
    const span = spans[low];
    return span !== undefined && span.from <= minute ? span : undefined;
  };

  const skip = (fromMs: number, toMs: number) => {
    const from = Math.ceil(fromMs / MINUTE);
    const to = Math.floor(toMs / MINUTE);
    const last = spans.at(-1);
    if (last !== undefined && from < last.to) throw new RangeError("idle spans must be skipped in order");
    if (from >= to) return;
    if (last !== undefined && from === last.to) last.to = to;
    else spans.push({ from, to });
    if (spans.length > MAX_SPANS) spans.shift();
  };

  const latest = (nowMs: number, count: number, withData: Iterable<number>) => {
    const newest = Math.floor(nowMs / MINUTE) - 1;
    const minutes: number[] = [];
    for (let minute = newest; minutes.length < count; ) {
      const span = spanOf(minute);
      if (span === undefined) minutes.push(minute);
      minute = span === undefined ? minute - 1 : span.from - 1;
    }
    for (const minute of withData) if (minute <= newest && spanOf(minute) !== undefined) minutes.push(minute);
    return minutes.sort((a, b) => b - a).slice(0, count);
  };

  return { skip, latest };
}
