import { positionOf } from "./position.ts";

/** Shares of the variants of an experiment, relative to their sum. */
export type Shares<Variant extends string> = Readonly<Record<Variant, number>>;

/**
 * The variant of `unit` under `salt`: the smallest −ln(1 − position)/share, with a position of its own per variant
 * (weighted rendezvous hashing; the minimum of exponential clocks). Raising one share alone moves units into that
 * variant only, whatever the order of the variants. `undefined` when a share is negative or not finite, or none is
 * positive.
 */
export function assignVariant<Variant extends string>(
  salt: string,
  shares: Shares<Variant>,
  unit: string,
): Variant | undefined {
  const variants = (Object.keys(shares) as Variant[]).sort();
  let chosen: Variant | undefined;
  let earliest = Number.POSITIVE_INFINITY;
  for (const variant of variants) {
    const share = shares[variant];
    if (!(share >= 0 && share < Number.POSITIVE_INFINITY)) return undefined;
    if (share === 0) continue;
    const arrival = -Math.log1p(-positionOf(`${salt}|${variant}`, unit)) / share;
    if (arrival < earliest) {
      earliest = arrival;
      chosen = variant;
    }
  }
  return chosen;
}
