import { DAY_MS, HOUR_MS, seasonalCell } from "@bellwether/core/drift/detect/cell";
import type { ScalarPoint } from "@bellwether/core/drift/detect/points";
import { fitScalar, lookScalar, type ScalarBaseline, type Span } from "@bellwether/core/drift/detect/scalar";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";

const BUCKET = 15 * 60_000;
const START = Date.parse("2026-01-05T00:00:00Z"); // a Monday
const at = (days: number, hours = 0): number => START + days * DAY_MS + hours * HOUR_MS;

interface World {
  readonly days: number;
  readonly n?: number;
  readonly level?: (at: number) => number;
  readonly noise?: () => number;
}

function pointsOf({ days, n = 100, level = () => 0, noise }: World): ScalarPoint[] {
  const uniform = seeded(3);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return Array.from({ length: days * 96 }, (_, i) => {
    const when = START + i * BUCKET;
    return { at: when, n, mean: level(when) + (noise ?? normal)() / Math.sqrt(n), variance: 1 / n };
  });
}

function fitted(points: readonly ScalarPoint[], until: number, more = {}): ScalarBaseline {
  const fit = fitScalar(points, { until, excluded: [], bucketMs: BUCKET, ...more });
  if (fit.status !== "ready") throw new Error(`${fit.daysLeft} days left`);
  return fit.baseline;
}

describe("seasonal cells", () => {
  it.each([
    ["2026-01-05T00:00:00Z", 0],
    ["2026-01-09T23:59:59.999Z", 23],
    ["2026-01-10T00:00:00Z", 24],
    ["2026-01-11T12:30:00Z", 36],
    ["1970-01-01T05:00:00Z", 5],
    ["1969-12-28T05:00:00Z", 29],
  ])("%s is in cell %d", (instant, cell) => expect(seasonalCell(Date.parse(instant))).toBe(cell));
});

describe("the baseline of a scalar", () => {
  it("is learning for 14 days with data, and says how many are left", () => {
    const points = pointsOf({ days: 20 });
    const options = { excluded: [], bucketMs: BUCKET };
    expect(fitScalar([], { until: at(0), ...options })).toEqual({ status: "learning", daysLeft: 14 });
    expect(fitScalar(points, { until: at(10), ...options })).toEqual({ status: "learning", daysLeft: 4 });
    expect(fitScalar(points, { until: at(14), ...options }).status).toBe("ready");
    const incident: readonly Span[] = [{ from: at(2), until: at(4) }];
    expect(fitScalar(points, { until: at(14), ...options, excluded: incident })).toMatchObject({
      daysLeft: 2,
    });
  });
  it("knows the hours of weekdays and weekends apart", () => {
    const level = (when: number): number => seasonalCell(when) * 10;
    const { cells } = fitted(pointsOf({ days: 28, level }), at(28));
    cells.forEach((mean, cell) => {
      expect(Math.abs((mean ?? Number.NaN) - cell * 10)).toBeLessThan(0.1);
    });
  });
  it("has nothing to say about a cell of which it knows fewer than two days", () => {
    const weekdays = pointsOf({ days: 28 }).filter(({ at: when }) => seasonalCell(when) < 24);
    const baseline = fitted(weekdays, at(28));
    const point = { n: 100, mean: 0, variance: 0.01 };
    expect(lookScalar(baseline, { ...point, at: at(28, 5) }, 0.5, [])).toBeDefined();
    expect(lookScalar(baseline, { ...point, at: at(33, 5) }, 0.5, [])).toBeUndefined();
    expect(lookScalar(baseline, { ...point, n: 0, at: at(28, 5) }, 0.5, [])).toBeUndefined();
  });
  it("leaves out what is older than 28 days, the last 6 hours and incidents", () => {
    const wrong = (when: number): number =>
      when < at(2) || when >= at(30) - 6 * HOUR_MS || (when >= at(10) && when < at(11)) ? 50 : 0;
    const excluded = [{ from: at(10), until: at(11) }];
    const points = pointsOf({ days: 30, level: wrong });
    expect(Math.max(...fitted(points, at(30), { excluded }).cells.map((mean) => mean ?? 0))).toBeLessThan(
      0.1,
    );
    expect(Math.max(...fitted(points, at(30)).cells.map((mean) => mean ?? 0))).toBeGreaterThan(1);
  });
  it("moves what was before an accepted shift of level", () => {
    const points = pointsOf({ days: 28, level: (when) => (when < at(20) ? 1 : 3) });
    const { cells, tau2 } = fitted(points, at(28), { shifts: [{ at: at(20), by: 2 }] });
    expect(cells.every((mean) => Math.abs((mean ?? 0) - 3) < 0.1)).toBe(true);
    expect(tau2).toBeLessThan(0.001);
  });
  it("is the same from the same points in any order, and plain JSON", () => {
    const points = pointsOf({ days: 28 });
    const baseline = fitted(points, at(28));
    expect(fitted([...points].reverse(), at(28))).toEqual(baseline);
    expect(JSON.parse(JSON.stringify(baseline))).toEqual(baseline);
    expect(JSON.stringify(baseline).length).toBeLessThan(60_000);
  });
  it("finds noise between buckets that sampling does not explain", () => {
    const uniform = seeded(12);
    let shared = 0;
    const noise = (): number => {
      shared = 3 * (uniform() + uniform() + uniform() - 1.5);
      return shared;
    };
    // Var = 9 · 3/12 = 2.25 of which sampling explains 1, both over n, and a little for comparing with other days.
    const { tau2 } = fitted(pointsOf({ days: 28, noise }), at(28));
    expect(tau2).toBeGreaterThan(0.012);
    expect(tau2).toBeLessThan(0.0142);
    expect(fitted(pointsOf({ days: 28 }), at(28)).tau2).toBeLessThan(0.001);
  });
});

describe("a look at a bucket", () => {
  const baseline = fitted(pointsOf({ days: 28 }), at(28));
  const look = (mean: number, u = 0.5) =>
    lookScalar(baseline, { at: at(28, 1), n: 100, mean, variance: 0.01 }, u, []);

  it("says by how much it differs, in the metric's unit and against other days", () => {
    const high = look(0.5);
    expect(high?.residual).toBeCloseTo(0.5 - (baseline.cells[1] ?? 0), 12);
    expect(high?.expected).toBe(baseline.cells[1]);
    expect(high?.p).toBeLessThan(0.001);
    expect(high?.x).toBeGreaterThan(3);
    expect(look(-0.5)?.x).toBeLessThan(-3);
    expect(look(-0.5)?.p).toBeGreaterThan(0.999);
  });
  it("takes scores that calibration has not seen for its largest", () => {
    expect(look(0.5)?.x).toBe(look(5000)?.x);
  });
  it("of a metric that never varies is noise while it stays and extreme when it moves", () => {
    const constant = pointsOf({ days: 28, noise: () => 0 }).map((point) => ({ ...point, variance: 0 }));
    const flat = fitted(constant, at(28));
    const point = { at: at(28), n: 100, variance: 0 };
    expect(lookScalar(flat, { ...point, mean: 0 }, 0.25, [])?.p).toBeCloseTo(0.25, 3);
    expect(lookScalar(flat, { ...point, mean: 0.001 }, 0.25, [])?.x).toBeGreaterThan(3);
  });
});
