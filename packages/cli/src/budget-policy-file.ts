import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type BudgetPolicy, BudgetPolicyError, parseBudgetPolicy } from "@bellwether/core/budget/policy";
import { UsageError } from "./arguments.ts";

/** Absolute path of the budgets that the repository ships. */
const BUDGET_POLICY_FILE = fileURLToPath(new URL("../../../infra/policies/budgets.yaml", import.meta.url));

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
