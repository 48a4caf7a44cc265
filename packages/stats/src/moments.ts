/** Additive sums of weighted observations (w = 1/pi) from which the Hájek mean and both its variances follow. */
export interface Moments {
  /** observations */
  readonly n: number;
  /** population size; 0 = unknown */
  readonly N: number;
  /** Σw */
  readonly sw: number;
  /** Σw² */
  readonly sw2: number;
  /** Σw·y */
  readonly swy: number;
  /** Σw²·y */
  readonly sw2y: number;
  /** Σw²·y² */
  readonly sw2y2: number;
  /** Σ(1−pi)·w² */
  readonly fsw2: number;
  /** Σ(1−pi)·w²·y */
  readonly fsw2y: number;
  /** Σ(1−pi)·w²·y² */
  readonly fsw2y2: number;
  /** Σy, for the naive mean */
  readonly sy: number;
}

/** The sums of no observation. */
export function emptyMoments(): Moments {
  return { n: 0, N: 0, sw: 0, sw2: 0, swy: 0, sw2y: 0, sw2y2: 0, fsw2: 0, fsw2y: 0, fsw2y2: 0, sy: 0 };
}

/** The sums after one more observation y with inclusion probability pi in (0, 1]; N is left to whoever counts requests. */
export function observe(m: Moments, y: number, pi: number): Moments {
  if (!(pi > 0 && pi <= 1)) throw new RangeError(`an inclusion probability lies in (0, 1], got ${pi}`);
  if (!Number.isFinite(y)) throw new RangeError(`an observation must be finite, got ${y}`);
  const w = 1 / pi;
  const w2 = w * w;
  const f = (1 - pi) * w2;
  return {
    n: m.n + 1,
    N: m.N,
    sw: m.sw + w,
    sw2: m.sw2 + w2,
    swy: m.swy + w * y,
    sw2y: m.sw2y + w2 * y,
    sw2y2: m.sw2y2 + w2 * y * y,
    fsw2: m.fsw2 + f,
    fsw2y: m.fsw2y + f * y,
    fsw2y2: m.fsw2y2 + f * y * y,
    sy: m.sy + y,
  };
}

/** The sums over two disjoint sets of observations. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  return {
    n: a.n + b.n,
    N: a.N + b.N,
    sw: a.sw + b.sw,
    sw2: a.sw2 + b.sw2,
    swy: a.swy + b.swy,
    sw2y: a.sw2y + b.sw2y,
    sw2y2: a.sw2y2 + b.sw2y2,
    fsw2: a.fsw2 + b.fsw2,
    fsw2y: a.fsw2y + b.fsw2y,
    fsw2y2: a.fsw2y2 + b.fsw2y2,
    sy: a.sy + b.sy,
  };
}
