import type { LakeRow } from "@bellwether/core/lake/tables";
import { type CountItems, countRequest } from "@bellwether/core/windows/count-requests";
import { binOf } from "@bellwether/core/windows/histogram";
import type { ScoreItem } from "@bellwether/core/windows/items";
import { emptyProfile, mergeProfileInto, type Profile } from "@bellwether/core/windows/profile";
import { decodeProfiles, encodeProfile, encodeProfiles } from "@bellwether/core/windows/profile-codec";
import { foldProfiles } from "@bellwether/core/windows/profiles";
import { distinctUsers, mergeUsers, userHash } from "@bellwether/core/windows/user-sketch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const AT = Date.parse("2026-11-02T10:00:00Z");

interface Asked {
  readonly id: number;
  readonly user: number;
  readonly tokens: number;
  readonly language: string;
  readonly topic: string;
  readonly read: boolean;
}

const asked = fc.record({
  id: fc.nat(1e6),
  user: fc.nat(30),
  tokens: fc.integer({ min: 0, max: 5_000 }),
  language: fc.constantFrom("en", "de", "und"),
  topic: fc.constantFrom("1.0", "1.1"),
  read: fc.boolean(),
});

const rowOf = ({ id, user, tokens, topic }: Asked): LakeRow => ({
  request_id: `r${id}`,
  at: new Date(AT).toISOString(),
  app: "bot",
  variant: "v1",
  user_id: `u${user}`,
  u: (id % 1_000) / 1_000,
  input_tokens: tokens,
  cache_read_tokens: 10,
  output_tokens: 21,
  latency_ms: 1_200,
  ttft_ms: 200,
  stop_reason: "end_turn",
  topic,
});

const features = (seed: number): number[] =>
  Array.from({ length: 128 }, (_, i) => ((seed * (i + 7)) % 201) - 100);

/** The profile that a part of a log object gives. */
function partOf(requests: readonly Asked[]): Profile {
  const items: CountItems = new Map();
  for (const one of requests)
    countRequest(
      items,
      rowOf(one),
      AT,
      "p",
      one.read ? { language: one.language, length: one.tokens, features: features(one.id) } : undefined,
    );
  return [...items.values()][0]?.profile ?? emptyProfile();
}

const merged = (parts: readonly Profile[]): Profile => {
  const target = emptyProfile();
  for (const part of parts) mergeProfileInto(target, part);
  return target;
};

describe("a profile", () => {
  it("is the same however requests are split into parts and in whatever order parts are merged", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(asked, { selector: ({ id }) => id, maxLength: 40 }),
        fc.nat(40),
        fc.boolean(),
        (requests, cut, swapped) => {
          const parts = [partOf(requests.slice(0, cut)), partOf(requests.slice(cut))];
          const whole = encodeProfile(merged([partOf(requests)]));
          expect(encodeProfile(merged(swapped ? parts.toReversed() : parts))).toEqual(whole);
        },
      ),
    );
  });

  it("comes back as it was from its stored form", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(asked, { selector: ({ id }) => id, minLength: 1, maxLength: 20 }),
        (requests) => {
          const profiles = foldProfiles([...itemsOf(requests).values()]);
          const stored = encodeProfiles(profiles);
          expect(encodeProfiles(decodeProfiles("bot", JSON.parse(JSON.stringify(stored))))).toEqual(stored);
        },
      ),
    );
  });

  it("takes all input tokens, cached or not, and the time per token after the first", () => {
    const profile = partOf([{ id: 1, user: 1, tokens: 90, language: "en", topic: "1.0", read: false }]);
    expect([...profile.inputTokens]).toEqual([[binOf(100), 1]]);
    expect([...profile.ttft]).toEqual([[binOf(200), 1]]);
    // (1,200 − 200) ms over 20 further tokens.
    expect([...profile.perOutputToken]).toEqual([[binOf(50), 1]]);
    expect(profile.embedding.n).toBe(0);
    expect(profile.categories.language.size).toBe(0);
  });

  it("counts values beyond the fortieth together", () => {
    const requests = Array.from({ length: 60 }, (_, id) => ({
      id,
      user: 1,
      tokens: 10,
      language: `l${id}`,
      topic: "1.0",
      read: true,
    }));
    const { language } = partOf(requests).categories;
    expect(language.size).toBe(41);
    expect(language.get("rest")).toBe(20);
  });

  it("keeps quality by topic of the revision that counts, and none of looks", () => {
    const score = (
      requestId: string,
      rev: number,
      value: number,
      pi: number | null,
      topic?: string,
    ): ScoreItem => ({
      kind: "score",
      bucket: AT,
      segment: { app: "bot", variant: "v1", promptVersion: "none", model: "none" },
      requestId,
      pi,
      uniform: true,
      raised: false,
      rev,
      judgePicoUsd: 0,
      outcomes: { quality: { status: "scored", score: value } },
      ...(topic === undefined ? {} : { topic }),
    });
    const profiles = foldProfiles([
      score("a", 1, 0.2, 0.5, "1.0"),
      score("a", 2, 0.8, 0.5, "1.0"),
      score("b", 1, 0.5, 1),
      score("c", 1, 0.1, null, "1.0"),
    ]);
    const quality = [...profiles.values()][0]?.profile.quality;
    expect(quality?.get("1.0")).toMatchObject({ n: 1, sw: 2, swy: 1.6 });
    expect(quality?.get("none")).toMatchObject({ n: 1, sw: 1, swy: 0.5 });
  });
});

function itemsOf(requests: readonly Asked[]): CountItems {
  const items: CountItems = new Map();
  for (const one of requests)
    countRequest(items, rowOf(one), AT, "p", {
      language: one.language,
      length: one.tokens,
      features: features(one.id),
    });
  return items;
}

describe("a sketch of users", () => {
  it("counts up to 63 users exactly and more within its error", () => {
    const sketch = (n: number) =>
      Array.from({ length: n }, (_, i) => [userHash("bot", `user-${i}`)]).reduce(mergeUsers, []);
    for (const n of [0, 1, 40, 63]) expect(distinctUsers(sketch(n))).toBe(n);
    // Relative error 1/√62 = 13 %; three of them.
    for (const n of [200, 1_000, 5_000])
      expect(Math.abs(distinctUsers(sketch(n)) / n - 1)).toBeLessThan(0.39);
  });
});
