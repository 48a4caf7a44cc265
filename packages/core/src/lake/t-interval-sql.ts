/** Normal quantile of a two-sided 95 % interval. */
export const Z = 1.959963984540054;

/** A double in both engines; a literal without exponent is a DECIMAL. */
export const double = (value: number): string => value.toExponential();

/**
 * Student's t quantile at `df` degrees of freedom as SQL: Cornish-Fisher in 1/df (Abramowitz & Stegun 26.7.5), four
 * terms, relative error below 1e-4 for df ≥ 9.
 */
export function tQuantileSql(df: string): string {
  const odd = (...coefficients: number[]) =>
    coefficients.reduce((sum, c, i) => sum + c * Z ** (2 * i + 1), 0);
  const terms = [
    odd(1, 1) / 4,
    odd(3, 16, 5) / 96,
    odd(-15, 17, 19, 3) / 384,
    odd(-945, -1920, 1482, 776, 79) / 92160,
  ];
  // Horner's scheme in 1/df.
  const series = terms.reduceRight((inner, term) => `(${double(term)} + ${inner}) / (${df})`, double(0));
  return `(${double(Z)} + ${series})`;
}
