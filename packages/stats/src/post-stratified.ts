import { type Estimate, type EstimateOptions, meanInterval, withoutRounding } from "./mean-interval.ts";
import { type Moments, mergeMoments } from "./moments.ts";

/** The observations and the population size of one class of inclusion probability (times segment). */
export interface Stratum {
  /** Inclusion probability of the class, in (0, 1]; decides which neighbour a thin stratum joins. */
  readonly pi: number;
  /** Sums with N, the number of requests in the class. */
  readonly moments: Moments;
}

/** Joins every stratum with fewer than 2 observations to the one whose pi is nearest in ratio. */
function withoutThin(strata: readonly Stratum[]): Stratum[] {
  const kept = strata.toSorted((a, b) => a.pi - b.pi);
  for (;;) {
    const thin = kept.findIndex(({ moments }) => moments.n < 2);
    if (thin < 0 || kept.length < 2) return kept;
    const [stratum] = kept.splice(thin, 1);
    if (stratum === undefined) return kept;
    const distance = (other: Stratum) => Math.abs(Math.log(other.pi / stratum.pi));
    const nearest = kept.reduce((best, other) => (distance(other) < distance(best) ? other : best));
    kept[kept.indexOf(nearest)] = { pi: nearest.pi, moments: mergeMoments(nearest.moments, stratum.moments) };
  }
}

/**
 * The post-stratified mean Σ(N_h/N)·ȳ_h with its interval; undefined without observations.
 *
 * V = Σ(N_h/N)²s_h²/n_h + Σ(N_h/N)(ȳ_h−m)²/N for the process, first term times (1−n_h/N_h) and no second one for the
 * finite target (Särndal, Swensson & Wretman 1992, §7.6). Strata with n_h < 2 join a neighbour; the effective size
 * is Kish's for the weights N_h/n_h. Throws RangeError when a stratum has more observations than requests.
 */
export function postStratifiedMean(
  strata: readonly Stratum[],
  options: EstimateOptions = {},
): Estimate | undefined {
  for (const { pi, moments } of strata) {
    if (!(pi > 0 && pi <= 1)) throw new RangeError(`an inclusion probability lies in (0, 1], got ${pi}`);
    if (moments.n > moments.N)
      throw new RangeError(`${moments.n} observations from a population of ${moments.N}`);
  }
  const finite = options.target === "finite";
  const cells = withoutThin(strata);
  const N = cells.reduce((sum, { moments }) => sum + moments.N, 0);
  const n = cells.reduce((sum, { moments }) => sum + moments.n, 0);
  if (n === 0) return undefined;
  const mean = cells.reduce((sum, { moments }) => sum + (moments.N / N) * (moments.swy / moments.sw), 0);
  let variance = 0;
  let squaredWeights = 0;
  for (const { moments: m } of cells) {
    const share = m.N / N;
    const cellMean = m.swy / m.sw;
    const centred = m.sw2y2 - 2 * cellMean * m.sw2y + cellMean * cellMean * m.sw2;
    const squares = withoutRounding(centred, m.sw2y2 + cellMean * cellMean * m.sw2);
    const within = m.n < 2 ? 0 : ((m.n / (m.n - 1)) * squares) / (m.sw * m.sw);
    variance += share * share * within * (finite ? 1 - m.n / m.N : 1);
    if (!finite) variance += (share * (cellMean - mean) ** 2) / N;
    squaredWeights += (share * share) / m.n;
  }
  const known = { mean, variance, nEff: 1 / squaredWeights, n };
  return finite && n === N ? { ...known, low: mean, high: mean } : meanInterval(known, options);
}
