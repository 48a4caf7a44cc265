import { type Estimate, type EstimateOptions, meanInterval, withoutRounding } from "./mean-interval.ts";

/** Additive sums over clusters (conversations, users), each closed before it is added. */
export interface ClusterMoments {
  /** clusters */
  readonly C: number;
  /** Σ_c W_c, with W_c = Σ_{i in c} w_i */
  readonly sw: number;
  /** Σ_c T_c, with T_c = Σ_{i in c} w_i·y_i */
  readonly swy: number;
  /** Σ_c W_c² */
  readonly ww: number;
  /** Σ_c W_c·T_c */
  readonly wt: number;
  /** Σ_c T_c² */
  readonly tt: number;
}

/** The sums of no cluster. */
export function emptyClusters(): ClusterMoments {
  return { C: 0, sw: 0, swy: 0, ww: 0, wt: 0, tt: 0 };
}

/** The sums after one more whole cluster with Σw > 0 and Σwy. */
export function observeCluster(
  m: ClusterMoments,
  { sw, swy }: { readonly sw: number; readonly swy: number },
): ClusterMoments {
  if (!(sw > 0) || !Number.isFinite(swy))
    throw new RangeError(`a cluster needs weight > 0, got Σw ${sw}, Σwy ${swy}`);
  return {
    C: m.C + 1,
    sw: m.sw + sw,
    swy: m.swy + swy,
    ww: m.ww + sw * sw,
    wt: m.wt + sw * swy,
    tt: m.tt + swy * swy,
  };
}

/** The sums over two disjoint sets of clusters. */
export function mergeClusters(a: ClusterMoments, b: ClusterMoments): ClusterMoments {
  return {
    C: a.C + b.C,
    sw: a.sw + b.sw,
    swy: a.swy + b.swy,
    ww: a.ww + b.ww,
    wt: a.wt + b.wt,
    tt: a.tt + b.tt,
  };
}

/**
 * The Hájek mean when values of one cluster are alike: V = C/(C−1)·Σ_c(T_c − m·W_c)²/(Σw)² (linearised, ultimate
 * clusters; Särndal, Swensson & Wretman 1992, ch. 4); `n` counts clusters and nEff = (Σ W_c)²/Σ W_c².
 *
 * Undefined without clusters.
 */
export function clusteredMean(m: ClusterMoments, options: EstimateOptions = {}): Estimate | undefined {
  if (m.C === 0) return undefined;
  const mean = m.swy / m.sw;
  const centred = m.tt - 2 * mean * m.wt + mean * mean * m.ww;
  const squares = withoutRounding(centred, m.tt + mean * mean * m.ww);
  const variance = m.C < 2 ? 0 : ((m.C / (m.C - 1)) * squares) / (m.sw * m.sw);
  return meanInterval({ mean, variance, nEff: (m.sw * m.sw) / m.ww, n: m.C }, options);
}
