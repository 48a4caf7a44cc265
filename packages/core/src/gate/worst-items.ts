import { comparableMetrics } from "./compare-metrics.ts";
import type { GateContext } from "./context.ts";
import { unitOf } from "./item-value.ts";
import type { Side } from "./outcome.ts";
import { metricPairs } from "./pair-items.ts";
import type { WorstItem } from "./report.ts";

const SHOWN = 5;

/** The items that lost most of a score, each by the metric it lost most in. */
export function worstItems(context: GateContext, base: Side): WorstItem[] {
  const worst = new Map<string, WorstItem>();
  for (const metric of comparableMetrics(context, base).filter((name) => unitOf(name) === "score"))
    for (const { pair, head, base: before } of metricPairs(context.pairs, metric).values) {
      const { itemId, question, answer, draws } = pair.head;
      const difference = head - before;
      if (difference >= (worst.get(itemId)?.difference ?? 0)) continue;
      worst.set(itemId, {
        itemId,
        question,
        baseAnswer: pair.base.answer,
        headAnswer: answer,
        metric,
        difference,
        unsupportedClaims: [...new Set(draws.flatMap(({ unsupportedClaims }) => unsupportedClaims))],
      });
    }
  return [...worst.values()]
    .sort((a, b) => a.difference - b.difference || (a.itemId < b.itemId ? -1 : 1))
    .slice(0, SHOWN);
}
