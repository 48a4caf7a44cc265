import { MISMATCH, weighSplit } from "@bellwether/core/rollout/split";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";
import { bucket, EPOCH, lifeOf, range, runOf } from "./arms.ts";

const HOUR = 3_600_000;
const TRIPPED = Math.log(MISMATCH);
const UNITS = ["user", "session", "request"] as const;
/** Hours of `n` requests of which `share` reach the canary, planned at `planned`. */
const hours = (count: number, n: number, share: number, planned: number) => {
  const canary = Math.round(n * share);
  const run = runOf([{ ...EPOCH, share: planned }]);
  return lifeOf(
    range(count).map((hour) => bucket(hour * 12, { n: n - canary }, { n: canary })),
    run,
  );
};

describe("the split of traffic", () => {
  it.each(UNITS)("as planned passes by %s, after any number of requests", (unit) => {
    for (const planned of [0.01, 0.2, 0.5, 0.9])
      for (const count of [1, 24, 96])
        expect(weighSplit(hours(count, 1_000, planned, planned), unit).logE).toBeLessThan(0);
  });

  it("of hashed requests wanders and passes by request", () => {
    const next = seeded(11);
    for (const planned of [0.05, 0.5]) {
      let canary = 0;
      for (let total = 1; total <= 20_000; total++) {
        if (next() < planned) canary += 1;
        if (total % 500 !== 0) continue;
        const cells = lifeOf(
          [bucket(0, { n: total - canary }, { n: canary })],
          runOf([{ ...EPOCH, share: planned }]),
        );
        expect(weighSplit(cells, "request").logE).toBeLessThan(TRIPPED);
      }
    }
  });

  it.each([
    ["request", 0.06, true],
    ["session", 0.06, false],
    ["user", 0.06, false],
    ["session", 0.09, false],
    ["session", 0.2, true],
    ["user", 0.15, false],
    ["user", 0.5, true],
  ] as const)("planned at 5 %%, by %s at %d is a fault: %s", (unit, share, fault) => {
    expect(weighSplit(hours(48, 1_000, share, 0.05), unit).logE >= TRIPPED).toBe(fault);
  });

  it.each(UNITS)("is a fault by %s when the canary gets nothing", (unit) => {
    expect(weighSplit(hours(48, 1_000, 0, 0.2), unit).logE).toBeGreaterThan(TRIPPED);
  });

  it("is found out sooner by a finer unit, and shown in requests", () => {
    const cells = hours(4, 100, 0.5, 0.05);
    const [user, session, request] = UNITS.map((unit) => weighSplit(cells, unit).logE);
    expect(user).toBeLessThan(session ?? 0);
    expect(session).toBeLessThan(request ?? 0);
    expect(weighSplit(cells, "user").requests).toEqual({ stable: 200, canary: 200 });
  });

  it.each(UNITS)(
    "by %s is weighed against the plan of each step, and not where the share changed",
    (unit) => {
      const run = runOf([
        { ...EPOCH, to: EPOCH.from + 6.01 * HOUR, share: 0.05 },
        { ...EPOCH, from: EPOCH.from + 6.01 * HOUR, share: 0.5, generation: 5 },
      ]);
      const planned = range(12).map((n) => bucket(n * 12, { n: n < 6 ? 950 : 500 }, { n: n < 6 ? 50 : 500 }));
      // All of the traffic of the mixed bucket goes to the canary.
      planned[6] = bucket(72, undefined, { n: 1_000 });
      expect(weighSplit(lifeOf(planned, run), unit).logE).toBeLessThan(0);
      const stuck = range(12).map((n) => bucket(n * 12 + 1, { n: 950 }, { n: 50 }));
      expect(weighSplit(lifeOf(stuck, run), unit).logE).toBeGreaterThan(TRIPPED);
    },
  );

  it.each(UNITS)("without a request, or without a split, is no evidence by %s", (unit) => {
    expect(weighSplit([], unit)).toEqual({ requests: { stable: 0, canary: 0 }, logE: 0 });
    for (const share of [0, 1]) expect(weighSplit(hours(9, 100, 0.5, share), unit).logE).toBe(0);
  });
});
