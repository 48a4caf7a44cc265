import type { DriftBaseline } from "./baseline.ts";
import { type DriftDay, dayOf, pointsOf } from "./day.ts";
import { DAY_MS } from "./detect/cell.ts";
import type { CulpritStory } from "./drift-notice.ts";
import { distancesOf, exampleRequests, qualityParts } from "./explain.ts";
import { lookAt } from "./look.ts";
import type { StableAt, TimedBucket } from "./measure-day.ts";
import { ALL, type Family, keyOf, keyText, SERIES } from "./series.ts";
import { belongsTo, type Slice, sliceOf } from "./slice.ts";
import type { Culprit, DriftIncident } from "./state.ts";

/** What the readings alone tell. */
export interface BriefInputs {
  readonly app: string;
  readonly family: Family;
  readonly days: readonly DriftDay[];
  readonly baselineOf: (day: number) => DriftBaseline;
}

export interface StoryInputs extends BriefInputs {
  readonly stable: StableAt;
  readonly readFoldedBuckets: (app: string, from: number, until: number) => Promise<TimedBucket[]>;
}

function sliceFor({ key }: Culprit, buckets: readonly TimedBucket[], stable: StableAt): Slice {
  const { series, segment } = keyOf(key);
  const last = buckets.at(-1);
  // One version for the whole span is enough for a picture: the arm of its last bucket.
  const version = SERIES[series].arm === "all" || last === undefined ? undefined : stable(last.start);
  return sliceOf(
    buckets,
    (one) => (version === undefined || one.variant === version) && belongsTo(one, segment),
  );
}

/** Newest reading that could be compared, and what was expected of it. */
function expectedOf(
  { key, onset, effect }: Culprit,
  until: number,
  inputs: BriefInputs,
): { expected: number | null; present: number | null } {
  if (effect === null || SERIES[keyOf(key).series].type === "embedding")
    return { expected: null, present: null };
  const expected: number[] = [];
  for (let at = onset; at < until; at += inputs.family.bucketMs) {
    const look = lookAt(inputs.app, key, at, inputs.days, inputs.baselineOf(dayOf(at)));
    const first = look?.looks[0];
    if (look?.value != null && first !== undefined) expected.push(first.expected);
  }
  if (expected.length === 0) return { expected: null, present: null };
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
  return { expected: mean, present: mean + effect };
}

/** What changed in each series of an incident and by how much, from the readings alone. */
export function briefStoriesOf(incident: DriftIncident, inputs: BriefInputs): CulpritStory[] {
  const until = incident.openedAt;
  const last = until - inputs.family.bucketMs;
  return incident.culprits.map((culprit) => ({
    culprit,
    ...expectedOf(culprit, until, inputs),
    contributions:
      lookAt(inputs.app, culprit.key, last, inputs.days, inputs.baselineOf(dayOf(last)))?.contributions ?? [],
    distances: undefined,
    examples: [],
    parts: undefined,
  }));
}

/** The same with the usual distances and requests that show it: the run-up against the day before it. */
export async function storiesOf(incident: DriftIncident, inputs: StoryInputs): Promise<CulpritStory[]> {
  const { app, stable, days } = inputs;
  const until = incident.openedAt;
  const [before, now] = await Promise.all([
    inputs.readFoldedBuckets(app, incident.onset - DAY_MS, incident.onset),
    inputs.readFoldedBuckets(app, incident.onset, until),
  ]);
  const topics = pointsOf(
    days,
    (day) => day.topics,
    keyText({ series: "quality_within_topic", segment: ALL }),
  );
  return briefStoriesOf(incident, inputs).map((story) => {
    const { culprit } = story;
    const { series } = keyOf(culprit.key);
    const during = now.filter(({ start }) => start >= culprit.onset);
    const slices = [sliceFor(culprit, before, stable), sliceFor(culprit, during, stable)] as const;
    return {
      ...story,
      distances: distancesOf(series, ...slices),
      examples: exampleRequests(series, ...slices, culprit.strength >= 0),
      parts:
        series === "quality"
          ? qualityParts(
              topics.filter(({ at }) => at < culprit.onset),
              topics.filter(({ at }) => at >= culprit.onset && at < until),
            )
          : undefined,
    };
  });
}
