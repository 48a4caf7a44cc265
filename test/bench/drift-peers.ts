import {
  jensenShannon,
  kolmogorovSmirnov,
  populationStability,
  wasserstein1,
} from "@bellwether/stats/distribution-distance";
import { adwin } from "./drift-adwin.ts";
import type { MetricPoint } from "./drift-worlds.ts";

/** A peer looks at every bucket and says whether it rings. */
export type Peer = (point: MetricPoint) => boolean;

const PER_HOUR = 4;
/** Fine bins stand for the sample itself in tests on ranks; 30 is Evidently's default for PSI. */
const FINE_BINS = 500;
const PSI_BINS = 30;
const PAGE_HINKLEY = { delta: 0.005, forget: 0.9999, threshold: 50, least: 30 } as const;

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const sdOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
};

/** Rings on every fourth bucket when the values of the last hour do. */
function hourly(rings: (points: readonly MetricPoint[]) => boolean): Peer {
  let hour: MetricPoint[] = [];
  let ringing = false;
  return (point) => {
    hour.push(point);
    if (hour.length === PER_HOUR) {
      ringing = rings(hour);
      hour = [];
    }
    return ringing;
  };
}

/** Counts of values in the bins between quantiles of the reference. */
function binning(reference: readonly number[], bins: number) {
  const sorted = [...reference].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const edges = Array.from({ length: bins - 1 }, (_, i) => at((i + 1) / bins));
  const middles = Array.from({ length: bins }, (_, i) => at((i + 0.5) / bins));
  const countsOf = (values: readonly number[]): number[] => {
    const counts = new Array<number>(bins).fill(0);
    for (const value of values) {
      let low = 0;
      let high = edges.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((edges[middle] ?? 0) <= value) low = middle + 1;
        else high = middle;
      }
      counts[low] = (counts[low] ?? 0) + 1;
    }
    return counts;
  };
  return { middles, countsOf, reference: countsOf(sorted) };
}

const valuesOf = (points: readonly MetricPoint[]): number[] => points.flatMap(({ values }) => [...values]);

/** 3 sd of hourly means, and three quarters in a row beyond 2 sd of theirs, both around the mean of the warm-up. */
export function sigmaPeers(warmUp: readonly MetricPoint[]): Record<string, Peer> {
  const quarters = warmUp.map(({ mean }) => mean);
  const hours = quarters.flatMap((_, i) =>
    i % PER_HOUR === 0 ? [meanOf(quarters.slice(i, i + PER_HOUR))] : [],
  );
  const [centre, hourSd, quarterSd] = [meanOf(quarters), sdOf(hours), sdOf(quarters)];
  let beyond = 0;
  return {
    sigma3Hourly: hourly((points) => Math.abs(meanOf(points.map(({ mean }) => mean)) - centre) > 3 * hourSd),
    sigma2ThreeOfThree: ({ mean }) => {
      beyond = Math.abs(mean - centre) > 2 * quarterSd ? beyond + 1 : 0;
      return beyond >= 3;
    },
  };
}

/** Distances of the last hour from the warm-up at their usual thresholds, and two detectors of changes in a stream. */
export function valuePeers(warmUp: readonly MetricPoint[]): Record<string, Peer> {
  const reference = valuesOf(warmUp);
  const fine = binning(reference, FINE_BINS);
  const coarse = binning(reference, PSI_BINS);
  const cut = adwin();
  let [n, mean, up, down] = [0, 0, 0, 0];
  const against = (bins: typeof fine, points: readonly MetricPoint[]) => ({
    reference: bins.reference,
    current: bins.countsOf(valuesOf(points)),
  });
  return {
    ksP05Hourly: hourly((points) => kolmogorovSmirnov(against(fine, points)).p < 0.05),
    psi01Hourly: hourly((points) => populationStability(against(coarse, points)).psi > 0.1),
    wasserstein01Hourly: hourly((points) => (wasserstein1(against(fine, points), fine.middles) ?? 0) > 0.1),
    jensenShannon01Hourly: hourly((points) => Math.sqrt(jensenShannon(against(coarse, points))) > 0.1),
    adwin002: ({ values }) => values.map((value) => cut(value)).includes(true),
    pageHinkley50: ({ values }) => {
      let rang = false;
      for (const value of values) {
        n += 1;
        mean += (value - mean) / n;
        up = Math.max(0, PAGE_HINKLEY.forget * up + value - mean - PAGE_HINKLEY.delta);
        down = Math.max(0, PAGE_HINKLEY.forget * down - value + mean - PAGE_HINKLEY.delta);
        if (n < PAGE_HINKLEY.least || Math.max(up, down) <= PAGE_HINKLEY.threshold) continue;
        rang = true;
        [n, mean, up, down] = [0, 0, 0, 0];
      }
      return rang;
    },
  };
}

/** How often a peer began to ring. */
export function episodes<P>(peer: (point: P) => boolean, points: readonly P[]): number {
  let count = 0;
  let before = false;
  for (const point of points) {
    const now = peer(point);
    if (now && !before) count += 1;
    before = now;
  }
  return count;
}
