import type { Entry, Measured } from "./entry.ts";

/** Scores an entry may hold: metrics times sources. */
const SCORES_KEPT = 64;

interface Dated {
  readonly at: number;
}

const newer = <T extends Dated>(known: T | null | undefined, next: T | null): next is T =>
  next !== null && (known === null || known === undefined || next.at > known.at);

/** Measurements that are newer than what the entry has, `null` when there are none: a repeated or late report changes nothing. */
export function news(entry: Entry, { scores, cost, latency }: Measured): Measured | null {
  const fresh: Measured = {
    scores: scores.filter((score) =>
      newer(
        entry.scores.find(({ metric, source }) => metric === score.metric && source === score.source),
        score,
      ),
    ),
    cost: newer(entry.cost, cost) ? cost : null,
    latency: newer(entry.latency, latency) ? latency : null,
  };
  return fresh.scores.length === 0 && fresh.cost === null && fresh.latency === null ? null : fresh;
}

/** The entry's measurements with newer ones in their place; one score per metric and source. */
export function withMeasured(
  entry: Entry,
  { scores, cost, latency }: Measured,
): Pick<Entry, "scores" | "cost" | "latency"> {
  const byKey = new Map(
    [...entry.scores, ...scores].map((score) => [`${score.source} ${score.metric}`, score]),
  );
  return {
    scores: [...byKey.values()],
    cost: cost ?? entry.cost,
    latency: latency ?? entry.latency,
  };
}

/** Does the entry have room for these scores? */
export const hasRoom = (entry: Entry, measured: Measured): boolean =>
  withMeasured(entry, measured).scores.length <= SCORES_KEPT;

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** Measurements in one line for the audit. */
export function measuredWords({ scores, cost, latency }: Measured): string {
  return [
    ...scores.map(
      ({ metric, source, mean, low, high, nEff }) =>
        `${source} ${metric} ${short(mean)} [${short(low)}, ${short(high)}] of ${short(nEff)}`,
    ),
    ...(cost === null
      ? []
      : [`${cost.source} $${short(cost.usdPerRequest)} per request of ${cost.requests}`]),
    ...(latency === null ? [] : [`${latency.source} p95 ${short(latency.p95Ms)} ms of ${latency.requests}`]),
  ].join(", ");
}
