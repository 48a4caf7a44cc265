import { readFileSync } from "node:fs";
import { type BudgetPolicy, parseBudgetPolicy } from "@bellwether/core/budget/policy";
import { parseRollbackPolicy, type RollbackPolicy } from "@bellwether/core/rollout/policy";
import { environment } from "./environment.ts";

/** Text of the rubrics and checks that were deployed beside the function. */
export const readRubrics = (): string => readFileSync(environment("RUBRICS_FILE"), "utf8");

/** The rollback policy that was deployed beside the function. */
export const loadRollbackPolicy = (): RollbackPolicy =>
  parseRollbackPolicy(readFileSync(environment("ROLLBACK_POLICY_FILE"), "utf8"));

/** What the apps may spend, as it was deployed beside the function. */
export const loadBudgetPolicy = (): BudgetPolicy =>
  parseBudgetPolicy(readFileSync(environment("BUDGET_POLICY_FILE"), "utf8"));
