import { HOUR_MS, seasonalCell } from "@bellwether/core/drift/detect/cell";
import { expectedSpend } from "./drift-spend.ts";
import type { TopicPoint } from "./drift-topics.ts";
import { FIVE_MS } from "./drift-worlds.ts";

interface Spent {
  readonly at: number;
  readonly spent: number;
}

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Burn rate over the last `hours`, against a budget that the season spends exactly. */
function burn(hours: number): (point: Spent) => number {
  const recent: Spent[] = [];
  let [spent, expected] = [0, 0];
  return (point) => {
    recent.push(point);
    spent += point.spent;
    expected += expectedSpend(point.at);
    while ((recent[0]?.at ?? 0) <= point.at - hours * HOUR_MS) {
      const old = recent.shift() as Spent;
      spent -= old.spent;
      expected -= expectedSpend(old.at);
    }
    return spent / expected;
  };
}

/** The SRE workbook's pages, 3.5 robust sd in any five minutes, and three in a row beyond 3 sd. */
export function spendPeers(warmUp: readonly Spent[]): Record<string, (point: Spent) => boolean> {
  const cells = new Map<number, number[]>();
  for (const { at, spent } of warmUp) {
    const logs = cells.get(seasonalCell(at)) ?? [];
    logs.push(Math.log(spent + 1));
    cells.set(seasonalCell(at), logs);
  }
  const bands = new Map(
    [...cells].map(([cell, logs]) => {
      const median = medianOf(logs);
      return [cell, { median, mad: 1.4826 * medianOf(logs.map((log) => Math.abs(log - median))) }] as const;
    }),
  );
  const mean = warmUp.reduce((sum, { spent }) => sum + spent, 0) / warmUp.length;
  const sd = Math.sqrt(warmUp.reduce((sum, { spent }) => sum + (spent - mean) ** 2, 0) / warmUp.length);
  const [fiveMinutes, halfHour, oneHour, sixHours] = [burn(FIVE_MS / HOUR_MS), burn(0.5), burn(1), burn(6)];
  let beyond = 0;
  return {
    burnPages: (point) => {
      const [five, half, one, six] = [fiveMinutes(point), halfHour(point), oneHour(point), sixHours(point)];
      return (five > 14.4 && one > 14.4) || (half > 6 && six > 6);
    },
    mad35: ({ at, spent }) => {
      const band = bands.get(seasonalCell(at));
      return band !== undefined && Math.abs(Math.log(spent + 1) - band.median) > 3.5 * band.mad;
    },
    sigma3ThreeOfThree: ({ spent }) => {
      beyond = Math.abs(spent - mean) > 3 * sd ? beyond + 1 : 0;
      return beyond >= 3;
    },
  };
}

/** Distances of the last hour's mean embedding from the warm-up's, at Evidently's thresholds. */
export function embeddingPeers(
  warmUp: readonly TopicPoint[],
): Record<string, (point: TopicPoint) => boolean> {
  const meanOf = (points: readonly TopicPoint[], of: (point: TopicPoint) => Float64Array): number[] => {
    const n = points.reduce((sum, point) => sum + point.n, 0);
    const length = points[0] === undefined ? 0 : of(points[0]).length;
    return Array.from({ length }, (_, i) => points.reduce((sum, point) => sum + (of(point)[i] ?? 0), 0) / n);
  };
  const vectors = (point: TopicPoint): Float64Array => point.vectorSums;
  const features = (point: TopicPoint): Float64Array => point.sums as Float64Array;
  const reference = meanOf(warmUp, vectors);
  const referenceFeatures = meanOf(warmUp, features);
  const distance = (a: readonly number[], b: readonly number[]): number =>
    Math.hypot(...a.map((x, i) => x - (b[i] ?? 0)));
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
  const hourly = (rings: (hour: readonly TopicPoint[]) => boolean): ((point: TopicPoint) => boolean) => {
    let hour: TopicPoint[] = [];
    let ringing = false;
    return (point) => {
      hour.push(point);
      if (hour.length === 4) {
        ringing = rings(hour);
        hour = [];
      }
      return ringing;
    };
  };
  return {
    euclid02Hourly: hourly((hour) => distance(meanOf(hour, vectors), reference) > 0.2),
    cosine02Hourly: hourly((hour) => {
      const mean = meanOf(hour, vectors);
      return 1 - dot(mean, reference) / Math.sqrt(dot(mean, mean) * dot(reference, reference)) > 0.2;
    }),
    mmd0015Hourly: hourly((hour) => distance(meanOf(hour, features), referenceFeatures) ** 2 > 0.015),
  };
}
