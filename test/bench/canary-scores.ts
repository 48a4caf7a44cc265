/** Scores are counted in hundredths, as in the product's windows. */
export const TOP_BIN = 100;
/** A judged request is one number: its score in hundredths, plus this when it is the canary's. */
export const CANARY = TOP_BIN + 1;
const SLICES = 4_096;
const CORRECTIONS = 6;
/** A table of 4,096 slices moves in steps of this order. */
const TOLERANCE = 5e-5;

/** Points of the integral; with t = (1−x)^b the density of Beta(a, b) is x^(a−1)dt, smooth where scores crowd near 1. */
const POINTS = 8_192;

function sliced(mean: number, sd: number): Uint8Array {
  const size = (mean * (1 - mean)) / (sd * sd) - 1;
  if (!(size > 0)) throw new RangeError(`no beta distribution has mean ${mean} and sd ${sd}`);
  const [a, b] = [mean * size, (1 - mean) * size];
  const mass = new Float64Array(TOP_BIN + 1);
  let whole = 0;
  for (let point = 0; point < POINTS; point++) {
    const x = 1 - ((point + 0.5) / POINTS) ** (1 / b);
    const weight = x ** (a - 1);
    const bin = Math.round(x * TOP_BIN);
    mass[bin] = (mass[bin] ?? 0) + weight;
    whole += weight;
  }
  const bins = new Uint8Array(SLICES);
  let bin = 0;
  let below = mass[0] ?? 0;
  for (let slice = 0; slice < SLICES; slice++) {
    while (bin < TOP_BIN && ((slice + 0.5) / SLICES) * whole > below) {
      bin += 1;
      below += mass[bin] ?? 0;
    }
    bins[slice] = bin;
  }
  return bins;
}

const meanOf = (bins: Uint8Array): number => bins.reduce((sum, bin) => sum + bin, 0) / SLICES / TOP_BIN;

const tables = new Map<string, Uint8Array>();

/** Equally likely scores, in hundredths, of a beta distribution; the mean of the rounded scores is `mean` within 5e-5. */
export function scoreTable(mean: number, sd: number): Uint8Array {
  const key = `${mean.toFixed(4)} ${sd.toFixed(4)}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  let asked = mean;
  let table = sliced(asked, sd);
  for (let step = 0; step < CORRECTIONS; step++) {
    asked += mean - meanOf(table);
    table = sliced(asked, sd);
  }
  if (Math.abs(meanOf(table) - mean) > TOLERANCE)
    throw new Error(`a table of mean ${mean} came out ${meanOf(table)}`);
  tables.set(key, table);
  return table;
}

const poissons = new Map<string, Float64Array>();

/** P(N ≤ n) of a Poisson number, for n from 0 up to where the rest is below 1e-12. */
export function poissonTable(rate: number): Float64Array {
  const key = rate.toFixed(6);
  const known = poissons.get(key);
  if (known !== undefined) return known;
  const cumulated: number[] = [];
  let term = Math.exp(-rate);
  let sum = 0;
  for (let n = 0; sum < 1 - 1e-12; n++) {
    if (n > 0) term *= rate / n;
    if (n > rate && term < 1e-15) break;
    sum += term;
    cumulated.push(sum);
  }
  const table = Float64Array.from(cumulated);
  poissons.set(key, table);
  return table;
}

/** The first n with P(N ≤ n) > u. */
export function drawFrom(cumulated: Float64Array, u: number): number {
  let low = 0;
  let high = cumulated.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulated[middle] ?? 1) > u) high = middle;
    else low = middle + 1;
  }
  return low;
}
