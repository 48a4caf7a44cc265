/** Normal quantile of a two-sided 95 % interval. */
const Z = 1.959963984540054;
const z = Z.toExponential();
const z2 = (Z * Z).toExponential();

/** Share of `part` in `whole` (whole numbers) as SQL, NULL of nothing. */
export const shareSql = (part: string, whole: string): string =>
  `cast(${part} as double) / nullif(${whole}, 0)`;

/** Wilson's 95 % interval of a share (Wilson 1927, JASA 22), as two SQL expressions, NULL of nothing. */
export function wilsonSql(part: string, whole: string): { readonly low: string; readonly high: string } {
  const end = (sign: "+" | "-") =>
    `(${part} + ${z2} / 2 ${sign} ${z} * sqrt(1e0 * ${part} * (${whole} - ${part}) / nullif(${whole}, 0) + ${z2} / 4)) / (${whole} + ${z2})`;
  return {
    low: `case when ${whole} > 0 then case when ${part} = 0 then 0e0 else ${end("-")} end end`,
    high: `case when ${whole} > 0 then case when ${part} = ${whole} then 1e0 else ${end("+")} end end`,
  };
}

/**
 * 95 % interval of a net promoter score in points, as two SQL expressions: adjusted Wald with ¾ promoter, 1½ passives
 * and ¾ detractor added (Rocks 2016, The American Statistician 70).
 */
export function npsIntervalSql(
  promoters: string,
  detractors: string,
  n: string,
): { readonly low: string; readonly high: string } {
  const size = `(${n} + 3)`;
  const net = `(1e0 * (${promoters} - ${detractors}) / ${size})`;
  const spread = `(${promoters} + ${detractors} + 15e-1) / ${size} - ${net} * ${net}`;
  const half = `${z} * sqrt((${spread}) / ${size})`;
  return {
    low: `case when ${net} - ${half} < -1 then -1e2 else 1e2 * (${net} - ${half}) end`,
    high: `case when ${net} + ${half} > 1 then 1e2 else 1e2 * (${net} + ${half}) end`,
  };
}

/** Half the width of the normal 95 % interval of a mean from n, Σx and Σx², as SQL; NULL for fewer than two values. */
export const meanHalfWidthSql = (n: string, sum: string, squares: string): string =>
  `${z} * sqrt((${squares} - ${sum} * ${sum} / nullif(${n}, 0)) / nullif(${n} - 1, 0) / nullif(${n}, 0))`;
