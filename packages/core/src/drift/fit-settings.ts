import { type FitSettings, NO_PAST } from "./baseline.ts";
import type { Span } from "./detect/scalar.ts";
import { type Family, keyOf, SERIES, type SeriesName } from "./series.ts";
import type { DriftState } from "./state.ts";

/** Days that make a baseline after a release: the version before says nothing about this one. */
const RELEASE_DAYS = 7;

/** Spans of incidents that are still open, by series: nobody knows yet whether they are normal. */
function openSpans({ incidents }: Pick<DriftState, "incidents">): Map<SeriesName, Span> {
  const spans = new Map<SeriesName, Span>();
  for (const incident of Object.values(incidents))
    for (const { key } of incident.culprits)
      spans.set(keyOf(key).series, { from: incident.onset, until: Number.MAX_SAFE_INTEGER });
  return spans;
}

/** How series are fitted: a release is a beginning, except for what only depends on the users. */
export function fitSettings(
  family: Family,
  state: Pick<DriftState, "pasts" | "incidents">,
  releasedAt: number,
  warmUpDays: number,
): FitSettings {
  const open = openSpans(state);
  return {
    family,
    pastOf: (key) => {
      const past = state.pasts[key] ?? NO_PAST;
      const { series } = keyOf(key);
      const span = open.get(series);
      return {
        ...past,
        excluded: span === undefined ? past.excluded : [...past.excluded, span],
        since: SERIES[series].released ? Math.max(past.since, releasedAt) : past.since,
      };
    },
    warmUpDaysOf: (key) =>
      SERIES[keyOf(key).series].released && releasedAt > 0 ? Math.min(RELEASE_DAYS, warmUpDays) : warmUpDays,
  };
}
