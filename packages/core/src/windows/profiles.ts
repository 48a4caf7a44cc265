import { emptyMoments, observe } from "@bellwether/stats/moments";
import { latestScores } from "./fold.ts";
import { NONE, restOf, type Segment, segmentKey, type WindowItem } from "./items.ts";
import { addQuality, emptyProfile, mergeProfileInto, type Profile } from "./profile.ts";

/** The profiles of an app's segments in a span of event time, by `segmentKey`. */
export type Profiles = Map<string, { readonly segment: Segment; readonly profile: Profile }>;

/** Segments kept apart in one bucket; beyond it the smallest of each variant are merged. */
const MAX_SEGMENTS = 20;

/** The profile of a segment, made when it is not there yet. */
export function profileOf(profiles: Profiles, segment: Segment): Profile {
  const key = segmentKey(segment);
  let found = profiles.get(key);
  if (found === undefined) {
    found = { segment, profile: emptyProfile() };
    profiles.set(key, found);
  }
  return found.profile;
}

/** Profiles of the items of one bucket; pass them in key order so that floating-point sums are bit-identical. */
export function foldProfiles(items: readonly WindowItem[]): Profiles {
  const profiles: Profiles = new Map();
  const requests = new Map<string, number>();
  for (const item of items) {
    if (item.kind !== "count" || item.profile === undefined) continue;
    mergeProfileInto(profileOf(profiles, item.segment), item.profile);
    const key = segmentKey(item.segment);
    requests.set(key, (requests.get(key) ?? 0) + item.counts.n);
  }
  for (const { segment, pi, topic, outcomes } of latestScores(items)) {
    const quality = outcomes.quality;
    if (pi === null || quality?.status !== "scored") continue;
    addQuality(profileOf(profiles, segment), topic ?? NONE, observe(emptyMoments(), quality.score, pi));
  }
  return capped(profiles, requests);
}

function capped(profiles: Profiles, requests: ReadonlyMap<string, number>): Profiles {
  if (profiles.size <= MAX_SEGMENTS) return profiles;
  const largestFirst = [...profiles].sort(
    ([a], [b]) => (requests.get(b) ?? 0) - (requests.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  const kept: Profiles = new Map(largestFirst.slice(0, MAX_SEGMENTS));
  for (const [, { segment, profile }] of largestFirst.slice(MAX_SEGMENTS))
    mergeProfileInto(profileOf(kept, restOf(segment)), profile);
  return kept;
}
