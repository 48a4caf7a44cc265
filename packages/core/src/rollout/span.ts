import { BUCKET_MS } from "../windows/bucket.ts";
import { UNATTRIBUTED } from "../windows/items.ts";
import { emptyVariantFold, mergeVariantInto, type VariantFold, type Variants } from "../windows/variants.ts";

/** Variants of one 5-minute bucket that starts at `start`. */
export interface BucketFold {
  readonly start: number;
  readonly fold: Variants;
}

/** The two arms over a span, and failed calls that belong to neither for certain. */
export interface Arms {
  readonly stable: VariantFold;
  readonly canary: VariantFold;
  readonly unattributedErrors: number;
}

/** Whole buckets inside [from, until); `buckets` ascending. */
export const between = (buckets: readonly BucketFold[], from: number, until: number): readonly BucketFold[] =>
  buckets.filter(({ start }) => start >= from && start + BUCKET_MS <= until);

/** Models that exactly one of the two variants used: a failed call without tags on such a model is that variant's. */
export function exclusiveModels(
  buckets: readonly BucketFold[],
  stable: string,
  canary: string,
): ReadonlyMap<string, "stable" | "canary"> {
  const users = new Map<string, Set<"stable" | "canary">>();
  for (const { fold } of buckets) {
    for (const [arm, variant] of [
      ["stable", stable],
      ["canary", canary],
    ] as const) {
      for (const [model, n] of fold.get(variant)?.requestsByModel ?? []) {
        if (n > 0) users.set(model, (users.get(model) ?? new Set()).add(arm));
      }
    }
  }
  const exclusive = new Map<string, "stable" | "canary">();
  for (const [model, arms] of users) {
    const [only, other] = [...arms];
    if (only !== undefined && other === undefined) exclusive.set(model, only);
  }
  return exclusive;
}

/** Merges buckets (in time order) into the two arms, attributing untagged failures by exclusive model. */
export function mergeArms(
  buckets: readonly BucketFold[],
  names: { readonly stable: string; readonly canary: string },
  exclusive: ReadonlyMap<string, "stable" | "canary">,
): Arms {
  const arms = { stable: emptyVariantFold(), canary: emptyVariantFold(), unattributedErrors: 0 };
  for (const { fold } of buckets) {
    for (const arm of ["stable", "canary"] as const) {
      const part = fold.get(names[arm]);
      if (part !== undefined) mergeVariantInto(arms[arm], part);
    }
    for (const [model, errors] of fold.get(UNATTRIBUTED)?.errorsByModel ?? []) {
      const arm = exclusive.get(model);
      if (arm === undefined) {
        arms.unattributedErrors += errors;
        continue;
      }
      arms[arm].counts.n += errors;
      arms[arm].counts.errors += errors;
    }
  }
  return arms;
}
