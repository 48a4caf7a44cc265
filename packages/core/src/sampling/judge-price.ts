import { type Config, judgeCalls } from "../config/config.ts";
import type { PriceBook } from "../prices/price-book.ts";
import { parseModelId } from "../records/model.ts";
import { type AppTraffic, measuredPrice } from "./traffic.ts";

/** Price of judging one request, USD, and where it comes from. */
export interface JudgePrice {
  readonly usd: number;
  readonly source: "measured" | "list";
}

/** Judged requests from which the measured price is trusted over the assumed one. */
const MIN_JUDGED = 30;
const TRAILING_MS = 24 * 3_600_000;
/** Tokens of a typical judgement, where none was measured yet. */
export const TYPICAL_JUDGEMENT = { inputTokens: 2_500, outputTokens: 350 } as const;

/** What a judgement costs: the mean of the last day, else list price of a typical one with every draw of the panel; undefined when a judge model has no price. */
export function judgePrice(
  apps: readonly AppTraffic[],
  at: number,
  config: Config,
  prices: PriceBook,
): JudgePrice | undefined {
  const measured = measuredPrice(apps, at - TRAILING_MS);
  if (measured !== undefined && measured.judged >= MIN_JUDGED && measured.usd > 0)
    return { usd: measured.usd, source: "measured" };
  const usage = { ...TYPICAL_JUDGEMENT, cacheReadTokens: 0, cacheWriteTokens: 0, cacheWrite1hTokens: 0 };
  let usd = 0;
  for (const modelId of judgeCalls(config)) {
    const list = prices.price(parseModelId(modelId), usage, at, { failed: false, region: "" });
    if (list.kind === "unpriced") return undefined;
    usd += list.usd;
  }
  return usd > 0 ? { usd, source: "list" } : undefined;
}
