import { type Estimate, meanInterval } from "./mean-interval.ts";

/** One judged request: phase 1 selected it for the judge, phase 2 perhaps for a human. */
export interface JudgedItem {
  /** 1/pi of the judge sample, > 0. */
  readonly weight: number;
  /** f, the judge's score. */
  readonly judge: number;
  /** The human's score with rho in (0, 1], the probability that a judged item is labelled; undefined when not labelled. */
  readonly human?: { readonly score: number; readonly rho: number } | undefined;
}

/** Below this many earlier labels the judge is not used: its slope would cost more than it gains. */
const MIN_LABELS = 50;
/** The largest slope allowed on the judge's scores; more would amplify its noise. */
const MAX_LAMBDA = 1.5;

interface Means {
  readonly weights: number;
  readonly labels: number;
  readonly labelWeights: number;
  readonly labelWeights2: number;
  /** Weighted judge mean over all judged items. */
  readonly judgeAll: number;
  /** Weighted judge mean over labelled items. */
  readonly judgeLabelled: number;
  readonly human: number;
}

function meansOf(items: readonly JudgedItem[]): Means | undefined {
  let [weights, wf, labels, labelWeights, labelWeights2, vf, vy] = [0, 0, 0, 0, 0, 0, 0];
  for (const { weight, judge, human } of items) {
    if (!(weight > 0 && Number.isFinite(weight))) throw new RangeError(`a weight is > 0, got ${weight}`);
    if (!Number.isFinite(judge)) throw new RangeError(`a judge score is finite, got ${judge}`);
    weights += weight;
    wf += weight * judge;
    if (human === undefined) continue;
    if (!(human.rho > 0 && human.rho <= 1)) throw new RangeError(`rho lies in (0, 1], got ${human.rho}`);
    const v = weight / human.rho;
    labels += 1;
    labelWeights += v;
    labelWeights2 += v * v;
    vf += v * judge;
    vy += v * human.score;
  }
  if (labels === 0) return undefined;
  return {
    weights,
    labels,
    labelWeights,
    labelWeights2,
    judgeAll: wf / weights,
    judgeLabelled: vf / labelWeights,
    human: vy / labelWeights,
  };
}

/**
 * The mean human score, estimated from all judge scores and the labelled subset: θ = λ·f̄_A + (Ȳ_B − λ·f̄_B).
 *
 * Nested two-phase form of PPI++ (Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453) with Hájek means and the
 * centred influence function ψ_i = w_i[λ(f_i−f̄_A) + (b_i/ρ_i)((Y_i−Ȳ_B) − λ(f_i−f̄_B))], V = Σψ²/(Σw)². `lambda` comes
 * from earlier labels (`pastLambda`); 0 is the human mean alone. t has n_eff of the labels − 1 degrees of freedom, `n`
 * counts labels. Undefined without labels; throws RangeError for a weight ≤ 0 or rho outside (0, 1].
 */
export function predictionPoweredMean(
  items: readonly JudgedItem[],
  {
    lambda,
    level,
    range,
  }: {
    readonly lambda: number;
    readonly level?: number;
    readonly range?: readonly [number, number];
  },
): Estimate | undefined {
  const means = meansOf(items);
  if (means === undefined) return undefined;
  const [least, most] = range ?? [0, 1];
  const theta = lambda * means.judgeAll + (means.human - lambda * means.judgeLabelled);
  let squares = 0;
  for (const { weight, judge, human } of items) {
    const rectifier =
      human === undefined
        ? 0
        : (human.score - means.human - lambda * (judge - means.judgeLabelled)) / human.rho;
    squares += (weight * (lambda * (judge - means.judgeAll) + rectifier)) ** 2;
  }
  const mean = Math.min(most, Math.max(least, theta));
  const nEff = (means.labelWeights * means.labelWeights) / means.labelWeights2;
  const known = { mean, variance: squares / (means.weights * means.weights), nEff, n: means.labels };
  return meanInterval(known, { ...(level === undefined ? {} : { level }), range: [least, most] });
}

/**
 * The λ in [0, 1.5] that minimises the variance on these items: −Σad/Σd², a = w(b/ρ)(Y−Ȳ_B), d = w(1−b/ρ)(f−f̄_A).
 *
 * Undefined without labels or without any spread of the judge.
 */
export function tunedLambda(items: readonly JudgedItem[]): number | undefined {
  const means = meansOf(items);
  if (means === undefined) return undefined;
  let ad = 0;
  let dd = 0;
  for (const { weight, judge, human } of items) {
    const inverse = human === undefined ? 0 : 1 / human.rho;
    const a = human === undefined ? 0 : weight * inverse * (human.score - means.human);
    const d = weight * (1 - inverse) * (judge - means.judgeAll);
    ad += a * d;
    dd += d * d;
  }
  return dd > 0 ? Math.min(MAX_LAMBDA, Math.max(0, -ad / dd)) : undefined;
}

/** Weighted Pearson correlation of human and judge scores over the labelled items; undefined without spread in both. */
export function judgeCorrelation(items: readonly JudgedItem[]): number | undefined {
  const means = meansOf(items);
  if (means === undefined) return undefined;
  let [ff, yy, fy] = [0, 0, 0];
  for (const { weight, judge, human } of items) {
    if (human === undefined) continue;
    const v = weight / human.rho;
    const f = judge - means.judgeLabelled;
    const y = human.score - means.human;
    ff += v * f * f;
    yy += v * y * y;
    fy += v * f * y;
  }
  return ff > 0 && yy > 0 ? fy / Math.sqrt(ff * yy) : undefined;
}

/**
 * The λ to use next, from earlier labels only: the tuned one, or 0 (human labels alone) with fewer than 50 labels or a
 * correlation below 1/√(n−2), where the judge would widen the interval (arXiv 2505.20178).
 */
export function pastLambda(earlier: readonly JudgedItem[]): number {
  const labels = earlier.filter(({ human }) => human !== undefined).length;
  const r = judgeCorrelation(earlier);
  if (labels < MIN_LABELS || r === undefined || r < 1 / Math.sqrt(labels - 2)) return 0;
  return tunedLambda(earlier) ?? 0;
}
