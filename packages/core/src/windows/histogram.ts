/** Counts by logarithmic bin; integers only, so any merge order gives the same histogram. */
export type Histogram = Map<number, number>;

/** Ratio of neighbouring bin edges: a bin's value is within 1 % of every member. */
const GAMMA = 1.02;
const LOG_GAMMA = Math.log(GAMMA);
/** Bin of exact zeros. */
const ZERO_BIN = -100_000;

/** Bin of a value ≥ 0: `ceil(ln x / ln 1.02)`, zeros apart. */
export function binOf(value: number): number {
  return value > 0 ? Math.ceil(Math.log(value) / LOG_GAMMA) : ZERO_BIN;
}

/** Powers are slow, and the same few thousand bins are asked for again and again. */
const VALUES = new Map<number, number>([[ZERO_BIN, 0]]);

/** Representative of a bin, within 1 % of every member (Masson, Rim & Lee 2019, DDSketch). */
export function binValue(bin: number): number {
  let value = VALUES.get(bin);
  if (value === undefined) {
    value = (2 * GAMMA ** bin) / (GAMMA + 1);
    VALUES.set(bin, value);
  }
  return value;
}

export function addTo(histogram: Histogram, bin: number, count = 1): void {
  histogram.set(bin, (histogram.get(bin) ?? 0) + count);
}

export function mergeInto(target: Histogram, other: Histogram): void {
  for (const [bin, count] of other) addTo(target, bin, count);
}

export function total(histogram: Histogram): number {
  let sum = 0;
  for (const count of histogram.values()) sum += count;
  return sum;
}

/** Quantile `p` in [0, 1] by nearest rank, `undefined` when empty; relative error 1 %. */
export function quantile(histogram: Histogram, p: number): number | undefined {
  const n = total(histogram);
  if (n === 0) return undefined;
  const rank = Math.max(1, Math.ceil(p * n));
  let seen = 0;
  for (const bin of [...histogram.keys()].sort((a, b) => a - b)) {
    seen += histogram.get(bin) ?? 0;
    if (seen >= rank) return binValue(bin);
  }
  return undefined;
}

/** Members above `threshold`, by their bins' representatives. */
export function countAbove(histogram: Histogram, threshold: number): number {
  let sum = 0;
  for (const [bin, count] of histogram) if (binValue(bin) > threshold) sum += count;
  return sum;
}

/** Compact text, bins ascending: `12:3 40:1`. */
export function encodeHistogram(histogram: Histogram): string {
  return [...histogram]
    .sort((a, b) => a[0] - b[0])
    .map(([bin, count]) => `${bin}:${count}`)
    .join(" ");
}

export function decodeHistogram(text: string): Histogram {
  const histogram: Histogram = new Map();
  if (text === "") return histogram;
  for (const pair of text.split(" ")) {
    const colon = pair.indexOf(":");
    addTo(histogram, Number(pair.slice(0, colon)), Number(pair.slice(colon + 1)));
  }
  return histogram;
}
