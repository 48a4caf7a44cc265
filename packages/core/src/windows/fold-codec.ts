import type { Moments } from "@bellwether/stats/moments";
import type { Fold, MetricFold, VariantFold, WorstSample } from "./fold.ts";
import { decodeHistogram, encodeHistogram } from "./histogram.ts";
import type { Counts } from "./items.ts";

interface StoredVariant {
  readonly c: Counts;
  readonly v: number;
  readonly g: number;
  readonly l: string;
  readonly k: string;
  readonly r: Readonly<Record<string, number>>;
  readonly e: Readonly<Record<string, number>>;
  readonly q: string;
  readonly m: Readonly<Record<string, { readonly m: Moments; readonly a: number; readonly f: number }>>;
  readonly w: readonly WorstSample[];
}

/** JSON of a fold, as stored inside an hour cell. */
export type StoredFold = Readonly<Record<string, StoredVariant>>;

function encodeVariant(f: VariantFold): StoredVariant {
  return {
    c: f.counts,
    v: f.votes,
    g: f.negative,
    l: encodeHistogram(f.latency),
    k: encodeHistogram(f.cost),
    r: Object.fromEntries(f.requestsByModel),
    e: Object.fromEntries(f.errorsByModel),
    q: encodeHistogram(f.quality),
    m: Object.fromEntries(
      [...f.metrics].map(([name, x]) => [name, { m: x.moments, a: x.abstained, f: x.failed }]),
    ),
    w: f.worst,
  };
}

/** Variants are names that apps chose, `__proto__` among them: own properties only, none assigned by key. */
export function encodeFold(fold: Fold): StoredFold {
  return Object.fromEntries([...fold].map(([variant, f]) => [variant, encodeVariant(f)]));
}

function decodeVariant(s: StoredVariant): VariantFold {
  return {
    counts: { ...s.c },
    votes: s.v,
    negative: s.g,
    latency: decodeHistogram(s.l),
    cost: decodeHistogram(s.k),
    requestsByModel: new Map(Object.entries(s.r)),
    errorsByModel: new Map(Object.entries(s.e)),
    quality: decodeHistogram(s.q),
    metrics: new Map(
      Object.entries(s.m).map(([name, x]): [string, MetricFold] => [
        name,
        { moments: x.m, abstained: x.a, failed: x.f },
      ]),
    ),
    worst: [...s.w],
  };
}

export function decodeFold(stored: StoredFold): Fold {
  return new Map(Object.entries(stored).map(([variant, s]) => [variant, decodeVariant(s)]));
}
