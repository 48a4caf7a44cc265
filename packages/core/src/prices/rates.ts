/** List prices of one model in one tier, USD per 1M tokens; a kind without a price is left out, never 0. */
export interface TokenPrices {
  readonly input: number;
  readonly output?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite5m?: number | undefined;
  readonly cacheWrite1h?: number | undefined;
}

/** Unit prices in pico-dollars (1e-12 USD) per token; whole numbers for every price AWS lists. */
interface Rates {
  readonly input: number;
  readonly output: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite5m: number | undefined;
  readonly cacheWrite1h: number | undefined;
}

/** Rates of a request whose whole input (cached tokens included) is more than `above` tokens. */
export interface RateBand {
  readonly above: number;
  readonly rates: Rates;
}

/** `above` of the band that every request reaches. */
export const EVERY_REQUEST = -1;

/**
 * Pico-dollars per token of a price in USD per 1M tokens, rounded to a thousandth of a pico-dollar; throws RangeError
 * for NaN, infinite or negative prices.
 */
export function picoPerToken(usdPerMillion: number): number {
  if (!Number.isFinite(usdPerMillion) || usdPerMillion < 0) {
    throw new RangeError(`a price must be a finite number of USD ≥ 0, not ${usdPerMillion}`);
  }
  // 1.005 × 1e6 is 1004999.9999999999 in binary; rounding at 1e9 and dividing by 1e3 gives the whole number.
  return Math.round(usdPerMillion * 1e9) / 1e3;
}

/**
 * Rates of a model family; fills in the cache-write prices that follow from the vendor's rule where the list is silent
 * (Anthropic: 1-hour writes at 2× input; Amazon Nova: writes at the input rate), and no other price.
 */
export function ratesOf(family: string, prices: TokenPrices): Rates {
  const input = picoPerToken(prices.input);
  const listed = {
    input,
    output: optionalRate(prices.output),
    cacheRead: optionalRate(prices.cacheRead),
    cacheWrite5m: optionalRate(prices.cacheWrite5m),
    cacheWrite1h: optionalRate(prices.cacheWrite1h),
  };
  if (family.startsWith("anthropic.") && listed.cacheWrite5m !== undefined) {
    return { ...listed, cacheWrite1h: listed.cacheWrite1h ?? 2 * input };
  }
  if (family.startsWith("amazon.nova-") && listed.cacheRead !== undefined) {
    return {
      ...listed,
      cacheWrite5m: listed.cacheWrite5m ?? input,
      cacheWrite1h: listed.cacheWrite1h ?? input,
    };
  }
  return listed;
}

function optionalRate(usdPerMillion: number | undefined): number | undefined {
  return usdPerMillion === undefined ? undefined : picoPerToken(usdPerMillion);
}
