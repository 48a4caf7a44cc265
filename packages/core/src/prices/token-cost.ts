import type { Usage } from "../records/invocation.ts";
import type { Price } from "./price.ts";
import type { RateBand } from "./rates.ts";

const PICO = 1e12;

/** True when every count is a whole number ≥ 0 and the 1-hour writes are part of all cache writes. */
export function isCounted(usage: Usage): boolean {
  return (
    isCount(usage.inputTokens) &&
    isCount(usage.outputTokens) &&
    isCount(usage.cacheReadTokens) &&
    isCount(usage.cacheWriteTokens) &&
    isCount(usage.cacheWrite1hTokens) &&
    usage.cacheWrite1hTokens <= usage.cacheWriteTokens
  );
}

function isCount(tokens: number): boolean {
  return Number.isSafeInteger(tokens) && tokens >= 0;
}

/** Price of the tokens in the band that their whole input reaches; undefined when a kind that was used has no known price. */
export function costOf(bands: readonly RateBand[], usage: Usage, version: string): Price | undefined {
  const wholeInput = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const rates = bands.findLast((band) => wholeInput > band.above)?.rates;
  if (rates === undefined) return undefined;
  const input = picoOf(usage.inputTokens, rates.input);
  const output = picoOf(usage.outputTokens, rates.output);
  const cacheRead = picoOf(usage.cacheReadTokens, rates.cacheRead);
  const cacheWrite5m = picoOf(usage.cacheWriteTokens - usage.cacheWrite1hTokens, rates.cacheWrite5m);
  const cacheWrite1h = picoOf(usage.cacheWrite1hTokens, rates.cacheWrite1h);
  const picoUsd = input + output + cacheRead + cacheWrite5m + cacheWrite1h;
  if (Number.isNaN(picoUsd)) return undefined;
  return {
    kind: "priced",
    usd: picoUsd / PICO,
    picoUsd,
    parts: { input, output, cacheRead, cacheWrite5m, cacheWrite1h },
    version,
  };
}

/** Whole pico-dollars; NaN when tokens were used whose price is not known, which makes the sum NaN too. */
function picoOf(tokens: number, rate: number | undefined): number {
  if (tokens === 0) return 0;
  return rate === undefined ? Number.NaN : Math.round(tokens * rate);
}
