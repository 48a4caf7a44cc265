import type { BudgetWatch } from "@bellwether/core/budget/budget-watch";
import { getSequenced, saveSequenced } from "./sequenced-state.ts";

/** What detect-cost remembers about an app's budget; undefined before its first look. */
export const getBudgetWatch = (app: string): Promise<BudgetWatch | undefined> => getSequenced("budget", app);

/** Stores it while the stored `seq` is one less; false when somebody else was faster. */
export const saveBudgetWatch = (app: string, watch: BudgetWatch): Promise<boolean> =>
  saveSequenced("budget", app, watch);
