import { fileURLToPath } from "node:url";

/** Absolute path of the budgets that the repository ships. */
export const BUDGET_POLICY_FILE = fileURLToPath(
  new URL("../../../infra/policies/budgets.yaml", import.meta.url),
);
