import { learnTopics } from "../prompts/learn-topics.ts";
import type { Topics } from "../prompts/topics.ts";
import { BASELINE_DAYS, type DriftBaseline, type FitSettings, fitBaseline } from "./baseline.ts";
import { type DriftDay, dayOf, withPoints } from "./day.ts";
import { DAY_MS } from "./detect/cell.ts";
import { type DocumentDeps, readBaseline, readDay, writeBaseline, writeDay } from "./documents.ts";
import { measurePoints, type StableAt, type TimedBucket } from "./measure-day.ts";
import type { Family } from "./series.ts";

export interface DayDeps extends DocumentDeps {
  readonly readFoldedBuckets: (app: string, from: number, until: number) => Promise<TimedBucket[]>;
  readonly getTopics: (app: string) => Promise<Topics | undefined>;
  readonly saveTopics: (app: string, topics: Topics) => Promise<void>;
}

/** Days before that are read again: yesterday for late scores, and the one whose feedback is final now. */
const READ_AGAIN = [1, 4] as const;
/** Days of samples that topics are learned from, once. */
const TOPIC_DAYS = 3;
/** Uniform questions that are enough to tell topics apart. */
const TOPIC_SAMPLES = 800;

const bucketsOf = ({ bucketMs }: Family, from: number, until: number): number[] => {
  const buckets: number[] = [];
  for (let at = from; at < until; at += bucketMs) buckets.push(at);
  return buckets;
};

/** Reads the buckets of [from, until) anew into the document of their day. */
export async function refreshDay(
  family: Family,
  app: string,
  day: number,
  { from, until }: { readonly from: number; readonly until: number },
  stable: StableAt,
  deps: DayDeps,
): Promise<DriftDay> {
  const [stored, folded] = await Promise.all([
    readDay(family, app, day, deps),
    deps.readFoldedBuckets(app, from, until),
  ]);
  const fresh = withPoints(
    stored,
    bucketsOf(family, from, until),
    measurePoints(family, folded, from, until, stable),
  );
  await writeDay(family, app, day, fresh, deps);
  return fresh;
}

async function topicsOnce(app: string, day: number, deps: DayDeps): Promise<void> {
  if ((await deps.getTopics(app)) !== undefined) return;
  const folded = await deps.readFoldedBuckets(app, day - TOPIC_DAYS * DAY_MS, day);
  const samples = folded
    .flatMap(({ profiles }) => [...profiles.values()].flatMap(({ profile }) => profile.samples))
    .sort((a, b) => a.u - b.u)
    .slice(0, TOPIC_SAMPLES);
  const topics = learnTopics(samples.flatMap(({ features }) => (features === null ? [] : [features])));
  if (topics !== undefined) await deps.saveTopics(app, topics);
}

/** The frozen baseline of a UTC day, made from the days before it when nobody has made it yet. */
export async function openBaseline(
  app: string,
  day: number,
  {
    first,
    stable,
    settings,
  }: { readonly first: number; readonly stable: StableAt; readonly settings: FitSettings },
  deps: DayDeps,
): Promise<DriftBaseline> {
  const { family } = settings;
  const frozen = await readBaseline(family, app, day, deps);
  if (frozen !== undefined) return frozen;
  for (const ago of READ_AGAIN) {
    const earlier = day - ago * DAY_MS;
    const span = { from: Math.max(earlier, first), until: earlier + DAY_MS };
    if (span.from < span.until) await refreshDay(family, app, earlier, span, stable, deps);
  }
  if (family.name === "drift" && day >= first + TOPIC_DAYS * DAY_MS) await topicsOnce(app, day, deps);
  const days: Promise<DriftDay>[] = [];
  for (let at = Math.max(dayOf(first), day - BASELINE_DAYS * DAY_MS); at < day; at += DAY_MS)
    days.push(readDay(family, app, at, deps));
  const baseline = fitBaseline(day, await Promise.all(days), settings);
  await writeBaseline(family, app, baseline, deps);
  return baseline;
}
