import { BUCKET_MS, CELL_MS } from "../windows/bucket.ts";
import { conditionsOf } from "./conditions.ts";
import { forecastUniform } from "./forecast.ts";
import { type BudgetState, type Condition, type Settled, settleIncidents } from "./incident.ts";
import { historyAt, type KnownSpend, spendIn } from "./known-spend.ts";
import type { SubjectSpend } from "./limits.ts";
import type { Budget } from "./policy.ts";
import { type BudgetReading, readBudget, readSpent, type SpendFacts, type SpentReading } from "./reading.ts";
import type { Standing } from "./standing.ts";

/** What one 5-minute look made of a budget. */
export interface BudgetStep extends Settled {
  readonly at: number;
  readonly reading: SpentReading | BudgetReading;
  /** The same with a forecast, for what people are told. */
  readonly fullReading: () => BudgetReading;
}

/** What is known of an app's spend at `at`. */
export function factsAt(
  app: string,
  spend: KnownSpend,
  { at, knownFrom }: { readonly at: number; readonly knownFrom: number },
  subjects: readonly SubjectSpend[],
): SpendFacts {
  const { judgePicoUsd: _judge, ...lastHour } = spendIn(spend, at - CELL_MS, at);
  return { app, history: historyAt(spend, knownFrom, at), lastHour, subjects };
}

const notYet = (standing: Standing): Standing => (standing === "under" ? "unknown" : standing);

/** Silence is believed after an hour: logs that are late must not close an incident, and a runaway that was switched off may. */
function believed(conditions: readonly Condition[], spend: KnownSpend, at: number): readonly Condition[] {
  const requests = (from: number): number => {
    const { priced, unpriced } = spendIn(spend, from, at);
    return priced + unpriced;
  };
  if (requests(at - BUCKET_MS) > 0 || requests(at - CELL_MS) === 0) return conditions;
  return conditions.map((condition) => {
    if (condition.until !== null) return condition;
    const { ticket, page } = condition.levels;
    return { ...condition, levels: { ticket: notYet(ticket), page: notYet(page) } };
  });
}

/** Looks at an app's budget at the end of a bucket; the month is forecast once an hour. */
export function stepBudget(
  incidents: BudgetState,
  facts: SpendFacts,
  spend: KnownSpend,
  budget: Budget,
): BudgetStep {
  const at = facts.history.until;
  const fullReading = (): BudgetReading => readBudget(facts, budget, forecastUniform(facts.app, at - 1));
  const full = at % CELL_MS === 0 ? fullReading() : undefined;
  const reading = full ?? readSpent(facts, budget);
  const conditions = believed(conditionsOf(reading, budget), spend, at);
  const settled = settleIncidents(incidents, conditions, at);
  return {
    ...settled,
    at,
    reading,
    fullReading: () => full ?? fullReading(),
  };
}
