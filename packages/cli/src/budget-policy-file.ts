import { readFile } from "node:fs/promises";
import { type BudgetPolicy, BudgetPolicyError, parseBudgetPolicy } from "@bellwether/core/budget/policy";
import { BUDGET_POLICY_FILE } from "@bellwether/local/budget-policy-file";
import { UsageError } from "./arguments.ts";

/** The policy of a `--policy` file, or the shipped one; throws UsageError for one that cannot be used. */
export async function readBudgetPolicy(file: string | undefined): Promise<BudgetPolicy> {
  const path = file ?? BUDGET_POLICY_FILE;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(
      `--policy ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`,
    );
  }
  try {
    return parseBudgetPolicy(text);
  } catch (error) {
    if (error instanceof BudgetPolicyError) throw new UsageError(`--policy ${path}: ${error.message}`);
    throw error;
  }
}
