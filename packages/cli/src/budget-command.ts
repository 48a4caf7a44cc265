import { budgetOf } from "@bellwether/core/budget/policy";
import { parseArguments, UsageError } from "./arguments.ts";
import { appBudget } from "./budget/app-budget.ts";
import { type AppBudget, budgetDocument } from "./budget/document.ts";
import { readSpend } from "./budget/read-spend.ts";
import { renderBudgets } from "./budget/render.ts";
import { readBudgetPolicy } from "./budget-policy-file.ts";
import { withLake } from "./lake-query.ts";
import type { Io } from "./output.ts";

const OPTIONS = {
  out: { type: "string" },
  app: { type: "string" },
  policy: { type: "string" },
  json: { type: "boolean" },
} as const;

/** `bellwether budget`: spend of every app (or of --app) against its budget, as of the newest request in the lake. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("budget", args, OPTIONS);
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help budget\``);
  const policy = await readBudgetPolicy(values.policy);
  const apps = await withLake({ out: values.out }, async (runSql) => {
    const known = await readSpend(runSql);
    const wanted = known.filter(({ app }) => values.app === undefined || app === values.app);
    if (values.app !== undefined && wanted.length === 0) {
      const names = known.map(({ app }) => app).join(", ") || "none";
      throw new UsageError(`--app ${values.app} has no requests in the lake; there are ${names}`);
    }
    const budgets: AppBudget[] = [];
    for (const facts of wanted) budgets.push(await appBudget(runSql, facts, budgetOf(policy, facts.app)));
    return budgets;
  });
  io.stdout.write(
    values.json === true ? `${JSON.stringify(budgetDocument(apps))}\n` : renderBudgets(apps, io),
  );
  return 0;
}
