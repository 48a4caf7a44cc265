import { hash } from "node:crypto";

/** Day of the price data: the publication of `@pydantic/genai-prices` 0.1.8. */
export const PRICES_AS_OF = "2026-09-23";

const HASH_CHARS = 8;

/**
 * What priced a call: the day of the price data, and where an override line or a mapped profile had a say, `+` and the
 * first 8 hex digits of their SHA-256, e.g. `2026-09-23+1f0c9a77`; the order of their fields does not matter.
 */
export function priceVersion(...lines: readonly Readonly<Record<string, unknown>>[]): string {
  if (lines.length === 0) return PRICES_AS_OF;
  const fields = lines.map((line) =>
    Object.entries(line)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return `${PRICES_AS_OF}+${hash("sha256", JSON.stringify(fields), "hex").slice(0, HASH_CHARS)}`;
}
