import type { RequestDecision } from "@bellwether/core/requests/decision";
import { cellOf } from "@bellwether/core/windows/bucket";

/** What sampling decided over all requests so far, and what judging them is expected to cost. */
export interface SamplingTally {
  /** Requests with a text to judge. */
  eligible: number;
  /** Requests that cannot be judged, by reason. */
  readonly filtered: Map<string, number>;
  /** Requests that go to the judge, by deciding rule (`look`: outside the sample) and by priority. */
  selected: number;
  readonly byRule: Map<string, number>;
  readonly byPriority: Map<string, number>;
  /** Requests that would go to the judge if the budget were larger. */
  overBudget: number;
  /** Σw and Σw² over the sample, w = 1/pi. */
  sw: number;
  sw2: number;
  /** Judge spend in 1e-12 USD by start of the hour of the request; empty when the judge has no price. */
  readonly picoUsdByHour: Map<number, number>;
}

export const emptyTally = (): SamplingTally => ({
  eligible: 0,
  filtered: new Map(),
  selected: 0,
  byRule: new Map(),
  byPriority: new Map(),
  overBudget: 0,
  sw: 0,
  sw2: 0,
  picoUsdByHour: new Map(),
});

function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

/** Counts a decision (`by` 1) or takes back one that feedback has replaced (-1). */
export function countDecision(tally: SamplingTally, decision: RequestDecision, by: 1 | -1): void {
  const { pi, outcome, outcomeReason, decidingRule, priority, look } = decision;
  if (pi === null) {
    change(tally.filtered, outcomeReason ?? outcome, by);
    return;
  }
  tally.eligible += by;
  if (outcome === "over_budget") tally.overBudget += by;
  if (outcome !== "queued") return;
  tally.selected += by;
  change(tally.byRule, look === undefined ? (decidingRule ?? "none") : "look", by);
  if (priority !== null) change(tally.byPriority, String(priority), by);
  if (look !== undefined) return;
  tally.sw += by / pi;
  tally.sw2 += by / (pi * pi);
}

/** Adds the expected price of one judgement to the hour of its request. */
export function countSpend(tally: SamplingTally, requestAt: number, picoUsd: number): void {
  const hour = cellOf(requestAt);
  tally.picoUsdByHour.set(hour, (tally.picoUsdByHour.get(hour) ?? 0) + picoUsd);
}
