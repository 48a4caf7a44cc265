/** USD of one invocation by token kind; the parts sum to `usd`. */
export interface Price {
  readonly kind: "priced";
  readonly usd: number;
  /** `usd` in whole pico-dollars (1e-12 USD), exact in a double below $9,007: windows sum these so that any order gives the same total. */
  readonly picoUsd: number;
  readonly parts: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite5m: number;
    readonly cacheWrite1h: number;
  };
}

/** No price is known; never to be read as $0. */
export interface Unpriced {
  readonly kind: "unpriced";
  readonly reason: "unknown_model" | "unresolved_profile" | "no_usage";
  /** What a person must add a price for. */
  readonly model: string;
}

export type Pricing = Price | Unpriced;
