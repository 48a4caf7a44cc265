import { binomialCdf } from "./binomial.ts";

/** The discordant pairs of a pass/fail comparison, with exact p-values in (0, 1]. */
export interface McNemar {
  readonly lost: number;
  readonly gained: number;
  /** of "no more were lost than gained" */
  readonly pWorse: number;
  /** of "as many were lost as gained" */
  readonly p: number;
}

/** The exact test that as many pairs went from pass to fail (`lost`) as back (`gained`) (McNemar 1947), by Binomial(lost + gained, ½). */
export function mcNemar(lost: number, gained: number): McNemar {
  if (!(Number.isInteger(lost) && Number.isInteger(gained) && lost >= 0 && gained >= 0))
    throw new RangeError(`pairs are counted in whole numbers ≥ 0, got ${lost} and ${gained}`);
  const pairs = lost + gained;
  const fewer = binomialCdf(Math.min(lost, gained), pairs, 0.5);
  return { lost, gained, pWorse: binomialCdf(gained, pairs, 0.5), p: Math.min(1, 2 * fewer) };
}
