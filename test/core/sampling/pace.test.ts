import { parseConfig } from "@bellwether/core/config/config";
import type { KappaRow } from "@bellwether/core/sampling/kappa";
import { type PaceInput, type PacePlan, planRates } from "@bellwether/core/sampling/pace";
import { drawnShare } from "@bellwether/core/sampling/pace-mix";
import type { TrafficBucket } from "@bellwether/core/sampling/traffic";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const MINUTE = 60_000;
const BUCKET = 5 * MINUTE;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIDNIGHT = Date.parse("2026-10-07T00:00:00Z");

const samplingOf = (sampling: object = {}) =>
  parseConfig({ sampling: { preset: "budgeted", ...sampling } }).sampling;
/** 240 judgements an hour at $0.002. */
const sampling = samplingOf({ budget: { usdPerDay: 11.52 } });
const priceUsd = 0.002;

interface Shape {
  readonly perHour?: (at: number) => number;
  readonly flagged?: number;
  readonly negative?: number;
  readonly drawn?: number;
  readonly matched?: number;
}

/** Buckets of [from, until) with these shares of what arrives, in whole requests. */
function trafficOf(from: number, until: number, shape: Shape = {}): TrafficBucket[] {
  const { perHour = () => 6_000, flagged = 0.12, negative = 0.03, drawn = 0.04, matched = 0 } = shape;
  const buckets: TrafficBucket[] = [];
  for (let start = from; start < until; start += BUCKET) {
    const seen = Math.min(1, (until - start) / BUCKET);
    const eligible = Math.round((perHour(start) / 12) * seen);
    const part = (share: number): number => Math.round(eligible * share);
    buckets.push({
      start,
      eligible,
      flagged: part(flagged),
      negative: part(negative),
      drawn: part(drawn),
      matched: part(matched),
    });
  }
  return buckets;
}

const row = (from: number, estimation = 0.034, triage = 0.01): KappaRow => ({
  from,
  estimation,
  triage,
  canaryRate: 0.034,
});

/** A plan at a moment of the second day, with 15 minutes of lag. */
const planAt = (at: number, { shape, ...input }: Partial<PaceInput> & { shape?: Shape } = {}): PacePlan =>
  planRates({
    at,
    traffic: trafficOf(MIDNIGHT - DAY, at - 15 * MINUTE, shape),
    seenUntil: at - 15 * MINUTE,
    rows: [row(MIDNIGHT - DAY)],
    priceUsd,
    sampling,
    ...input,
  });

const NOON = MIDNIGHT + 12 * HOUR;

describe("without traffic", () => {
  it("starts with the rates that hold before pace has seen anything, and says so", () => {
    expect(planAt(NOON, { traffic: [] })).toMatchObject({
      from: NOON,
      estimation: sampling.baseRate,
      triage: 0.05,
      canaryRate: 1,
      limitedBy: "start",
    });
  });

  it("keeps an app that has paused from being judged completely when it comes back", () => {
    const paused = planAt(NOON, { shape: { perHour: (at) => (at < MIDNIGHT + 6 * HOUR ? 6_000 : 0) } });
    // The lag at yesterday's rate costs at most half of the hour's ceiling.
    expect(0.25 * 6_000 * drawnShare(paused, paused.mix, sampling.piMin)).toBeLessThanOrEqual(
      0.5 * 600 + 1e-6,
    );
    expect(paused.limitedBy).not.toBe("start");
  });

  it("judges everything when even that does not use the budget", () => {
    const plan = planAt(NOON, { shape: { perHour: () => 24 } });
    expect(plan).toMatchObject({ estimation: 1, canaryRate: 1, limitedBy: "none" });
  });
});

describe("an even day", () => {
  it("spends in proportion to the traffic that is left", () => {
    const plan = planAt(NOON, { shape: { drawn: 0.04 } });
    expect(plan.limitedBy).toBe("day");
    // 240 an hour of 6,000, minus nothing: drawn so far at exactly the target's pace.
    expect(drawnShare(plan, plan.mix, sampling.piMin)).toBeCloseTo(0.04, 3);
    expect(plan.expectedPerMinute).toBeCloseTo(4, 1);
  });

  it("expects the rest of the day to look like yesterday, not like now", () => {
    const rhythm = (at: number) => 6_000 * (1 + 0.8 * Math.sin((2 * Math.PI * (at - MIDNIGHT)) / DAY));
    const shares = [3, 9, 15, 21].map((hour) => {
      const plan = planAt(MIDNIGHT + hour * HOUR, { shape: { perHour: rhythm } });
      return drawnShare(plan, plan.mix, sampling.piMin);
    });
    for (const share of shares) expect(Math.abs(share / 0.04 - 1)).toBeLessThan(0.06);
  });

  it("takes last week's same hours when they are known", () => {
    // Yesterday was a holiday; today follows last week.
    const perHour = (at: number) => (at >= MIDNIGHT - DAY && at < MIDNIGHT ? 600 : 6_000);
    const week = planAt(NOON, {
      traffic: trafficOf(MIDNIGHT - 7 * DAY, NOON - 15 * MINUTE, { perHour }),
    });
    expect(drawnShare(week, week.mix, sampling.piMin)).toBeCloseTo(0.04, 3);
  });

  it("splits the money: what flags and votes cost beyond the base rate is the triage share", () => {
    const plan = planAt(NOON);
    const base = drawnShare({ ...plan, triage: 0 }, plan.mix, sampling.piMin);
    const all = drawnShare(plan, plan.mix, sampling.piMin);
    expect(1 - base / all).toBeCloseTo(sampling.budget.triageShare, 9);
  });

  it("gives triage money that nothing can use to the estimates", () => {
    const plan = planAt(NOON, { sampling: samplingOf({ budget: { usdPerDay: 200, triageShare: 0.9 } }) });
    expect(drawnShare(plan, plan.mix, sampling.piMin)).toBeCloseTo(
      (plan.aheadHourUsd / priceUsd / plan.requestsPerHour) * 1,
      6,
    );
    expect(plan.estimation).toBeGreaterThan(0.1 * drawnShare(plan, plan.mix, sampling.piMin));
  });
});

describe("limits", () => {
  it("drops to the floor, and no further, when the money is gone", () => {
    const plan = planAt(NOON, { shape: { drawn: 0.2 } });
    expect(plan).toMatchObject({ estimation: sampling.piMin, limitedBy: "floor" });
    expect(plan.canaryRate).toBeGreaterThan(0);
  });

  it("forgets the day's spend at midnight and the hour's at the full hour", () => {
    const spent = { drawn: 0.2 };
    const before = planAt(MIDNIGHT + DAY - MINUTE, { shape: spent });
    const after = planAt(MIDNIGHT + DAY, { shape: spent });
    expect(before.limitedBy).toBe("floor");
    expect(after).toMatchObject({ spentDayUsd: 0, spentHourUsd: 0, limitedBy: "day" });
    expect(planAt(NOON - MINUTE).spentHourUsd).toBeGreaterThan(0.9 * 0.48);
    expect(planAt(NOON).spentHourUsd).toBe(0);
  });

  it("sees a burst as soon as it has arrived and keeps the hour below its ceiling", () => {
    const burst = (at: number) => (at >= NOON ? 24_000 : 6_000);
    const rows = [row(MIDNIGHT - DAY, 0.034)];
    const calm = planAt(NOON + 20 * MINUTE);
    const plan = planAt(NOON + 20 * MINUTE, { shape: { perHour: burst }, rows });
    expect(plan.requestsPerHour).toBe(24_000);
    expect(plan.limitedBy).toBe("hour");
    expect(plan.estimation).toBeLessThan(calm.estimation / 2);
    expect(plan.spentHourUsd + plan.aheadHourUsd).toBeLessThanOrEqual((2.5 * 11.52) / 24 + 1e-9);
    // 20 minutes of a burst, of which a quarter of an hour has not arrived.
    expect(Math.abs(plan.spentHourUsd / priceUsd / (24_000 * (1 / 3) * 0.04) - 1)).toBeLessThan(0.03);
  });

  it("does not wait for the lag when the burst is already in the newest buckets", () => {
    const traffic = [
      ...trafficOf(MIDNIGHT - DAY, NOON - 15 * MINUTE),
      ...trafficOf(NOON - 15 * MINUTE, NOON, { perHour: () => 12_000 }),
    ];
    expect(planAt(NOON, { traffic }).requestsPerHour).toBe(12_000);
  });

  it("is ready for a rule that suddenly flags everything", () => {
    const quiet = planAt(NOON, { shape: { flagged: 0, negative: 0 } });
    const flaggedInLag = 6_000 * 0.25 * Math.min(1, 3 * quiet.triage);
    expect(flaggedInLag).toBeLessThanOrEqual(0.5 * 600 + 1e-9);
  });

  it("counts votes that are still to come on what was already read", () => {
    const early = planAt(NOON, {
      traffic: [
        ...trafficOf(MIDNIGHT - 2 * DAY, MIDNIGHT),
        ...trafficOf(MIDNIGHT, NOON - 15 * MINUTE, { negative: 0 }),
      ],
    });
    const late = planAt(NOON, { traffic: trafficOf(MIDNIGHT - 2 * DAY, NOON - 15 * MINUTE) });
    const requests = 6_000 * 11.75;
    expect((early.spentDayUsd - late.spentDayUsd) / priceUsd).toBeCloseTo(
      0.03 * requests * (0.2 - 0.034),
      -1,
    );
  });

  it("holds half as many judgements back when each costs twice as much", () => {
    const share = (usd: number): number => {
      const plan = planAt(MIDNIGHT, { priceUsd: usd });
      return drawnShare(plan, plan.mix, sampling.piMin);
    };
    expect(share(0.004)).toBeCloseTo(share(0.002) / 2, 9);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])("refuses the price %s", (usd) => {
    expect(() => planAt(NOON, { priceUsd: usd })).toThrow(RangeError);
  });
});

describe("a canary", () => {
  it("takes its matched sample first, at most 70 % of the estimates, and leaves a base rate", () => {
    const alone = planAt(NOON);
    const plan = planAt(NOON, { shape: { matched: 0.4 } });
    const line = (1 - sampling.budget.triageShare) * 0.04;
    expect(0.4 * plan.canaryRate).toBeCloseTo(0.7 * line, 4);
    expect(plan.estimation).toBeLessThan(alone.estimation);
    expect(plan.estimation).toBeGreaterThan(sampling.piMin);
    expect(drawnShare(plan, plan.mix, sampling.piMin)).toBeCloseTo(0.04, 3);
  });

  it("is judged as much as the configuration asks for when a small one is cheap", () => {
    const plan = planAt(NOON, {
      shape: { matched: 0.02 },
      sampling: samplingOf({ budget: { usdPerDay: 30 } }),
    });
    expect(plan.canaryRate).toBe(1);
  });
});

const settings = fc.record({
  usdPerDay: fc.double({ min: 0.01, max: 500, noNaN: true }),
  triageShare: fc.double({ min: 0, max: 0.9, noNaN: true }),
  piMin: fc.double({ min: 1e-4, max: 0.1, noNaN: true }),
  minute: fc.integer({ min: 0, max: 1_439 }),
  lag: fc.integer({ min: 0, max: 30 }),
  perHour: fc.integer({ min: 0, max: 50_000 }),
  now: fc.integer({ min: 0, max: 50_000 }),
  flagged: fc.double({ min: 0, max: 1, noNaN: true }),
  negative: fc.double({ min: 0, max: 0.5, noNaN: true }),
  drawn: fc.double({ min: 0, max: 0.2, noNaN: true }),
  matched: fc.constantFrom(0, 0.02, 0.4, 1),
  estimation: fc.double({ min: 0, max: 1, noNaN: true }),
});
type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;

/** The last hour may differ from everything before. */
function inputOf({ usdPerDay, triageShare, piMin, minute, lag, now, ...rest }: Settings): PaceInput {
  const at = MIDNIGHT + minute * MINUTE;
  const shape = { ...rest, perHour: (t: number) => (t > at - HOUR ? now : rest.perHour) };
  return {
    at,
    traffic: trafficOf(MIDNIGHT - DAY, at - Math.floor(lag / 2) * MINUTE, shape),
    seenUntil: at - lag * MINUTE,
    rows: [row(MIDNIGHT - DAY, rest.estimation)],
    priceUsd,
    sampling: samplingOf({ piMin, budget: { usdPerDay, triageShare } }),
  };
}

const share = (plan: PacePlan, { sampling: { piMin } }: PaceInput): number =>
  drawnShare(plan, plan.mix, piMin);

describe("whatever the traffic", () => {
  it("keeps every rate between piMin and 1", () => {
    fc.assert(
      fc.property(settings, (drawn) => {
        const input = inputOf(drawn);
        const plan = planRates(input);
        // The start rates come from the configuration; whoever decides clips them.
        if (plan.limitedBy === "start") return;
        for (const rate of [plan.estimation, plan.canaryRate]) {
          expect(rate).toBeGreaterThanOrEqual(input.sampling.piMin);
          expect(rate).toBeLessThanOrEqual(1);
        }
        expect(plan.triage).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(plan.triage)).toBe(true);
      }),
    );
  });

  it("never plans to spend more than is left of the day and the hour, unless at the floor", () => {
    fc.assert(
      fc.property(settings, (drawn) => {
        const input = inputOf(drawn);
        const plan = planRates(input);
        if (plan.limitedBy === "floor" || plan.limitedBy === "start") return;
        const { usdPerDay } = input.sampling.budget;
        expect(plan.spentDayUsd + plan.aheadDayUsd).toBeLessThanOrEqual(usdPerDay * (1 + 1e-9));
        expect(plan.spentHourUsd + plan.aheadHourUsd).toBeLessThanOrEqual(
          ((2.5 * usdPerDay) / 24) * (1 + 1e-9),
        );
      }),
    );
  });

  it("spends all that is left of the day when nothing else limits it", () => {
    fc.assert(
      fc.property(settings, (drawn) => {
        const input = inputOf(drawn);
        const plan = planRates(input);
        if (plan.limitedBy !== "day") return;
        expect(plan.spentDayUsd + plan.aheadDayUsd).toBeCloseTo(input.sampling.budget.usdPerDay, 6);
      }),
    );
  });

  it("gives more with a larger budget", () => {
    fc.assert(
      fc.property(settings, fc.double({ min: 1, max: 20, noNaN: true }), (drawn, times) => {
        const input = inputOf(drawn);
        const { budget } = input.sampling;
        const richer = { ...input.sampling, budget: { ...budget, usdPerDay: budget.usdPerDay * times } };
        const [less, more] = [planRates(input), planRates({ ...input, sampling: richer })];
        expect(share(more, input)).toBeGreaterThanOrEqual(share(less, input) * (1 - 1e-9));
        expect(more.estimation).toBeGreaterThanOrEqual(less.estimation * (1 - 1e-9));
      }),
    );
  });

  it("does not depend on the order or the split of the counts", () => {
    fc.assert(
      fc.property(settings, fc.infiniteStream(fc.nat()), (drawn, random) => {
        const input = inputOf(drawn);
        const next = (): number => random.next().value;
        const split = input.traffic.flatMap((bucket) => {
          const part = {
            ...bucket,
            eligible: bucket.eligible % 7,
            flagged: 0,
            negative: 0,
            drawn: 0,
            matched: 0,
          };
          return [part, { ...bucket, eligible: bucket.eligible - part.eligible }];
        });
        const shuffled = split
          .map((bucket) => ({ bucket, key: next() }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ bucket }) => bucket);
        expect(planRates({ ...input, traffic: shuffled })).toEqual(planRates(input));
      }),
      { numRuns: 20 },
    );
  });
});
