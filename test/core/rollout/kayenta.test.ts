import { countIncrement } from "@bellwether/stats/count-evidence";
import { logMeanExp } from "@bellwether/stats/log-sum-exp";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";
import { type ArmEvent, weighInSomeOrder } from "../../support/simulate-arms.ts";
import { range } from "./arms.ts";

/** Regressions that users of Kayenta reported as passed: spinnaker/kayenta #426 and #780, spinnaker/spinnaker #6278. */
const HOUR_MS = 3_600_000;
const request = (id: string, event: Partial<ArmEvent>): ArmEvent => ({
  id,
  at: 0,
  canary: false,
  failed: false,
  usd: 0.004,
  latencyMs: 900,
  score: undefined,
  votedDown: undefined,
  ...event,
});
const weigh = (events: readonly ArmEvent[]) => weighInSomeOrder(events, seeded(1));
const THRESHOLD = Math.log(100);

describe("a few errors against none (#426)", () => {
  /** E of `errors` of the canary and none of stable, who get the same traffic, tolerating no higher rate at all. */
  const evidence = (errors: number): number =>
    Math.exp(
      logMeanExp(
        countIncrement({
          canaryEvents: errors,
          events: errors,
          canaryExposure: 600,
          exposure: 1_200,
          R0: 1,
        }),
      ),
    );

  it.each([
    [4, 4.0],
    [8, 22.4],
    [12, 153.7],
  ])("%d errors have the e-value %d", (errors, expected) => {
    expect(evidence(errors)).toBeCloseTo(expected, 1);
  });

  const PATTERN = [0, 1, 2, 1, 0, 0] as const;
  /** The reported pattern, minute by minute, `repeats` times over; 100 requests of each arm a minute. */
  const reported = (repeats: number): ArmEvent[] =>
    range(repeats).flatMap((repeat) =>
      PATTERN.flatMap((errors, minute) =>
        range(200).map((n) => {
          const canary = n % 2 === 0;
          const failed = canary && n < 2 * errors;
          return request(`r${repeat}-${minute}-${n}`, { at: (repeat * 6 + minute) * 60_000, canary, failed });
        }),
      ),
    );

  it("are evidence from the first pattern on, and decide when it goes on", () => {
    const once = weigh(reported(1)).error_rate ?? 0;
    const often = weigh(reported(4)).error_rate ?? 0;
    expect(once).toBeGreaterThan(Math.log(2));
    expect(often).toBeGreaterThan(THRESHOLD);
  });
});

describe("seven of ten values a hundred times too high (#6278)", () => {
  /** Ten requests of each arm an hour, `slow` of the canary's at 100 s instead of 1 s. */
  const hours = (slow: number, count: number): ArmEvent[] =>
    range(count).flatMap((hour) =>
      range(20).map((n) =>
        request(`r${hour}-${n}`, {
          at: hour * HOUR_MS,
          canary: n < 10,
          latencyMs: n < slow ? 100_000 : 1_000,
        }),
      ),
    );
  const slowness = (slow: number, count = 1): number => weigh(hours(slow, count)).p95_latency ?? Number.NaN;

  it("are more evidence than six, and every further one is more", () => {
    const grown = range(11).map((slow) => slowness(slow));
    for (const slow of range(10)) expect(grown[slow + 1]).toBeGreaterThan(grown[slow] ?? Number.NaN);
    expect(slowness(7)).toBeGreaterThan(slowness(6));
  });

  it("decide within four hours of ten requests", () => {
    expect(slowness(7, 4)).toBeGreaterThan(THRESHOLD);
    expect(slowness(0, 4)).toBeLessThanOrEqual(1e-9);
  });
});

describe("the same middle, but a wider spread (#780)", () => {
  /** Sixty requests of each arm an hour around 1 s: the canary's from .2 to 5 s instead of .8 to 1.25 s. */
  const events = (spread: number): ArmEvent[] =>
    range(4).flatMap((hour) =>
      range(120).map((n) => {
        const canary = n % 2 === 0;
        const step = (Math.floor(n / 2) - 29.5) / 29.5;
        const latencyMs = Math.round(1_000 * (canary ? spread : 1.25) ** step);
        return request(`r${hour}-${n}`, { at: hour * HOUR_MS, canary, latencyMs });
      }),
    );

  it("of latency is found by its tail", () => {
    expect(weigh(events(5)).p95_latency).toBeGreaterThan(THRESHOLD);
    expect(weigh(events(1.25)).p95_latency).toBeLessThanOrEqual(1e-9);
  });

  it("of scores is no evidence of a lower mean, and does not pretend to be", () => {
    const scored = range(400).map((n) =>
      request(`r${n}`, { canary: n % 2 === 0, score: n % 2 === 0 ? (n % 4 === 0 ? 100 : 72) : 86 }),
    );
    expect(weigh(scored).avg_quality_score).toBeLessThanOrEqual(1e-9);
  });
});
