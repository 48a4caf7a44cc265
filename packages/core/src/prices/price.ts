/** Kinds of tokens that are billed at different prices. */
export const TOKEN_KINDS = ["input", "output", "cacheRead", "cacheWrite5m", "cacheWrite1h"] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** What one invocation costs. */
export interface Price {
  readonly kind: "priced";
  readonly usd: number;
  /** `usd` in whole pico-dollars (1e-12 USD), exact in a double below $9,007: windows sum these so that any order gives the same total. */
  readonly picoUsd: number;
  /** Whole pico-dollars by token kind; their sum is `picoUsd`. */
  readonly parts: Readonly<Record<TokenKind, number>>;
  /** What priced it: see `priceVersion`. */
  readonly version: string;
}

/** No price is known; never to be read as $0. */
export interface Unpriced {
  readonly kind: "unpriced";
  readonly reason: "unknown_model" | "unresolved_profile" | "no_usage";
  /** What a person must add a price for. */
  readonly model: string;
}

export type Pricing = Price | Unpriced;
