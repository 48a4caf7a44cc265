import type { Moments } from "@bellwether/stats/moments";
import { decodeHistogram, encodeHistogram } from "./histogram.ts";
import { NONE, type Segment, segmentFrom, segmentValues } from "./items.ts";
import { CATEGORIES, emptyProfile, PROFILE_HISTOGRAMS, type Profile } from "./profile.ts";
import { type Profiles, profileOf } from "./profiles.ts";
import type { PromptSample } from "./prompt-samples.ts";

/** JSON of a profile; what is empty is left out. */
export interface StoredProfile {
  readonly h?: Readonly<Record<string, string>>;
  readonly c?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly e?: readonly [n: number, ...sums: number[]];
  readonly u?: readonly number[];
  readonly s?: readonly PromptSample[];
  readonly q?: Readonly<Record<string, Moments>>;
}

const sorted = <Value>(map: ReadonlyMap<string, Value>): [string, Value][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** Keys in order, so that equal profiles are equal texts. */
export function encodeProfile(profile: Profile): StoredProfile {
  const histograms = PROFILE_HISTOGRAMS.filter((name) => profile[name].size > 0);
  const categories = CATEGORIES.filter((name) => profile.categories[name].size > 0);
  const { embedding, users, samples, quality } = profile;
  return {
    ...(histograms.length > 0 && {
      h: Object.fromEntries(histograms.map((name) => [name, encodeHistogram(profile[name])])),
    }),
    ...(categories.length > 0 && {
      c: Object.fromEntries(
        categories.map((name) => [name, Object.fromEntries(sorted(profile.categories[name]))]),
      ),
    }),
    ...(embedding.n > 0 && { e: [embedding.n, ...embedding.sums] as const }),
    ...(users.length > 0 && { u: users }),
    ...(samples.length > 0 && { s: samples }),
    ...(quality.size > 0 && { q: Object.fromEntries(sorted(quality)) }),
  };
}

export function decodeProfile(stored: StoredProfile): Profile {
  const profile = emptyProfile();
  for (const name of PROFILE_HISTOGRAMS)
    for (const [bin, count] of decodeHistogram(stored.h?.[name] ?? "")) profile[name].set(bin, count);
  for (const name of CATEGORIES)
    for (const [value, count] of Object.entries(stored.c?.[name] ?? {}))
      profile.categories[name].set(value, count);
  if (stored.e !== undefined) profile.embedding = { n: stored.e[0], sums: stored.e.slice(1) };
  profile.users = stored.u ?? [];
  profile.samples = stored.s ?? [];
  for (const [topic, moments] of Object.entries(stored.q ?? {})) profile.quality.set(topic, moments);
  return profile;
}

/** Profiles of the segments of a bucket: the values of `SEGMENT_KEYS`, then the profile. */
export type StoredProfiles = readonly (readonly [values: readonly string[], profile: StoredProfile])[];

export const encodeProfiles = (profiles: Profiles): StoredProfiles =>
  sorted(profiles).map(([, { segment, profile }]) => [segmentValues(segment), encodeProfile(profile)]);

export function decodeProfiles(app: string, stored: StoredProfiles): Profiles {
  const profiles: Profiles = new Map();
  for (const [values, profile] of stored) {
    const segment: Segment = segmentFrom(app, (_key, index) => values[index] ?? NONE);
    Object.assign(profileOf(profiles, segment), decodeProfile(profile));
  }
  return profiles;
}
