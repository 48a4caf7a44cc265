import type { Fold } from "./fold.ts";
import { OTHER } from "./items.ts";
import { emptyTally, mergeTallyInto, type Tally } from "./tally.ts";

/** Everything known about one variant of an app in a span of event time. */
export interface VariantFold extends Tally {
  requestsByModel: Map<string, number>;
  errorsByModel: Map<string, number>;
}

/** An app's variants by name. */
export type Variants = Map<string, VariantFold>;

export const emptyVariantFold = (): VariantFold => ({
  ...emptyTally(),
  requestsByModel: new Map(),
  errorsByModel: new Map(),
});

const bump = (map: Map<string, number>, key: string, by: number): void => {
  if (by !== 0) map.set(key, (map.get(key) ?? 0) + by);
};

/** Adds `other` into `target`; spans must be disjoint and merged in time order. */
export function mergeVariantInto(target: VariantFold, other: VariantFold): void {
  mergeTallyInto(target, other);
  for (const [model, n] of other.requestsByModel) bump(target.requestsByModel, model, n);
  for (const [model, n] of other.errorsByModel) bump(target.errorsByModel, model, n);
}

/** Merges the segments of each variant, in key order. */
export function variantsOf(fold: Fold): Variants {
  const variants: Variants = new Map();
  for (const key of [...fold.keys()].sort()) {
    const part = fold.get(key);
    if (part === undefined) continue;
    const { variant, model } = part.segment;
    let target = variants.get(variant);
    if (target === undefined) {
      target = emptyVariantFold();
      variants.set(variant, target);
    }
    mergeTallyInto(target, part.tally);
    if (model === OTHER) continue;
    bump(target.requestsByModel, model, part.tally.counts.n);
    bump(target.errorsByModel, model, part.tally.counts.errors);
  }
  return variants;
}
