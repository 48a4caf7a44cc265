import { routeVariant } from "@bellwether/client/route";
import { createTraffic, type Span, type TrafficOptions } from "@bellwether/local/traffic/traffic";

export const HOUR = 3_600_000;
export const START = Date.UTC(2026, 9, 6);
const SPAN = 300_000;

export const DAY: TrafficOptions = {
  seed: 20_261_006,
  start: START,
  requests: 22_000,
  app: "support-bot",
  canaryFrom: START + 8 * HOUR,
  turnsBadAt: START + 13 * HOUR,
};

/** Everything that `hours` of traffic bring, played in spans of five minutes. */
export function playDay(options: TrafficOptions = DAY, hours = 44): Span {
  const traffic = createTraffic(options);
  const whole: Span = { records: [], events: [], truths: [] };
  for (let from = START; from < START + hours * HOUR; from += SPAN) {
    const canary = from >= options.canaryFrom ? "canary" : null;
    const span = traffic.next(from, from + SPAN, (user) =>
      routeVariant({ stable: "stable", canary, share: 0.2, salt: "demo" }, user),
    );
    whole.records.push(...span.records);
    whole.events.push(...span.events);
    whole.truths.push(...span.truths);
  }
  return whole;
}
