import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { hajekEstimate } from "@bellwether/stats/hajek";
import { emptyMoments, type Moments, observe } from "@bellwether/stats/moments";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../../support/temporary-lake.ts";

const AT = "2026-06-06T07:30:00.000Z";

interface Observation {
  readonly variant: string | null;
  readonly score: number;
  readonly pi: number;
}

const random = seeded(20260606);
const times = (n: number, make: (i: number) => Observation) => Array.from({ length: n }, (_, i) => make(i));

const OBSERVATIONS: readonly Observation[] = [
  ...times(400, () => ({
    variant: "stable",
    score: Math.min(1, 0.6 + 0.5 * random()),
    pi: random() < 0.2 ? 1 : 0.05,
  })),
  ...times(60, () => ({ variant: "canary", score: random() < 0.3 ? 0 : 1, pi: 0.5 })),
  ...times(12, (i) => ({ variant: "small", score: i / 12, pi: 0.3 })),
  ...times(14, (i) => ({ variant: "near-one", score: i === 0 ? 0.7 : 1, pi: 0.3 })),
  ...times(25, () => ({ variant: "all-one", score: 1, pi: 0.25 + 0.5 * random() })),
  ...times(25, () => ({ variant: "all-0.8", score: 0.8, pi: 0.1 })),
  ...times(9, (i) => ({ variant: "tiny", score: i / 10, pi: 0.9 })),
  ...times(40, () => ({ variant: null, score: random(), pi: 0.2 + 0.8 * random() })),
];

function moments(variant: string | null): Moments {
  return OBSERVATIONS.filter((o) => o.variant === variant).reduce(
    (m, o) => observe(m, o.score, o.pi),
    emptyMoments(),
  );
}

describe("quality-by-variant", () => {
  let lake: TemporaryLake;
  let byVariant: Map<unknown, Record<string, unknown>>;

  beforeAll(async () => {
    const requests: LakeRow[] = OBSERVATIONS.map(({ variant, pi }, i) => ({
      request_id: `r-${i}`,
      at: AT,
      app: "bot",
      variant,
      pi,
      outcome: "judged",
      rev: 1,
    }));
    const evaluations: LakeRow[] = OBSERVATIONS.map(({ variant, score, pi }, i) => ({
      request_id: `r-${i}`,
      metric: "quality",
      at: AT,
      app: "bot",
      variant,
      status: "scored",
      score,
      pi,
      rev: 1,
    }));
    const unjudged = { at: AT, app: "bot", rev: 1, outcome: "sampled_out", pi: 0.02 };
    requests.push(
      { ...unjudged, request_id: "never-1", variant: "never-judged" },
      { ...unjudged, request_id: "never-2", variant: "never-judged" },
      { ...unjudged, request_id: "abstained", variant: "small" },
      { ...unjudged, request_id: "late", variant: "small", pi: 0.02 },
      { ...unjudged, request_id: "judge", app: "bellwether-judge", variant: "small" },
    );
    evaluations.push(
      { request_id: "abstained", metric: "quality", at: AT, status: "abstained", pi: 0.02, rev: 1 },
      { request_id: "late", metric: "quality", at: AT, status: "scored", score: 0, pi: null, rev: 1 },
    );
    lake = await openTemporaryLake({ requests_log: [requests], evaluations_log: [evaluations] });
    const rows = await lake.select(SAVED_QUERIES["quality-by-variant"]?.sql ?? "");
    byVariant = new Map(rows.map((row) => [row.variant, row]));
  });
  afterAll(() => lake.remove());

  it.each(["stable", "canary", "small", "near-one", "all-one", "all-0.8", null])(
    "agrees with hajekEstimate for variant %s",
    (variant) => {
      const row = byVariant.get(variant);
      const estimate = hajekEstimate(moments(variant));
      if (row === undefined || estimate === undefined) throw new Error("both must exist");
      expect(row.mean).toBeCloseTo(estimate.mean, 10);
      expect(row.n_eff).toBeCloseTo(estimate.nEff, 8);
      expect(Math.abs(Number(row.low) - estimate.low)).toBeLessThan(1e-5);
      expect(Math.abs(Number(row.high) - estimate.high)).toBeLessThan(1e-5);
      const { sy, n } = moments(variant);
      expect(row.naive_mean).toBeCloseTo(sy / n, 10);
      expect(row.n).toBe(n);
      expect(row.reliability).toBe(estimate.nEff < 30 ? "flagged" : "published");
    },
  );

  it("withholds the mean below an effective sample of 10", () => {
    expect(byVariant.get("tiny")).toMatchObject({
      mean: null,
      low: null,
      high: null,
      n: 9,
      reliability: "suppressed",
    });
    expect(byVariant.get("tiny")?.naive_mean).toBeCloseTo(0.4, 10);
  });

  it("lists a variant that nobody judged, without a number", () => {
    expect(byVariant.get("never-judged")).toEqual({
      app: "bot",
      variant: "never-judged",
      mean: null,
      low: null,
      high: null,
      n_eff: 0,
      n: 0,
      requests: 2,
      naive_mean: null,
      reliability: "suppressed",
      judged_share: null,
      corrected_mean: null,
      corrected_low: null,
      corrected_high: null,
      labels: 0,
      completion_rate: null,
    });
  });

  it("counts abstentions and late looks as requests, never as scores, and leaves the judge's own calls out", () => {
    expect(byVariant.get("small")).toMatchObject({ n: 12, requests: 14 });
    expect([...byVariant.values()].map((row) => row.app)).not.toContain("bellwether-judge");
  });

  it("weights by the pi of the request, which feedback may have raised after the judgement", async () => {
    const rows = times(20, (i) => ({ variant: "v", score: i < 10 ? 1 : 0, pi: 0.1 }));
    const raised = await openTemporaryLake({
      requests_log: [
        rows.map((_, i) => ({
          request_id: `r${i}`,
          at: AT,
          app: "bot",
          variant: "v",
          pi: i < 10 ? 1 : 0.1,
          rev: 2,
        })),
      ],
      evaluations_log: [
        rows.map(({ score, pi }, i) => ({
          request_id: `r${i}`,
          metric: "quality",
          at: AT,
          status: "scored",
          score,
          pi,
          rev: 1,
        })),
      ],
    });
    const [row] = await raised.select(SAVED_QUERIES["quality-by-variant"]?.sql ?? "");
    // Σw = 10·1 + 10·10 and Σwy = 10; with the old pi it would be 0.5.
    expect(row?.mean).toBeCloseTo(10 / 110, 12);
    raised.remove();
  });
});
