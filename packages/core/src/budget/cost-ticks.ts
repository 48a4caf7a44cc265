import { type DriftDeps, type DriftTick, driftApp } from "../drift/drift-tick.ts";
import { COST } from "../drift/series.ts";
import type { DriftIncident } from "../drift/state.ts";
import type { Gauge } from "../metrics.ts";
import { type SettledApps, settleApps, type TickAnswer } from "../rollup/settle-apps.ts";
import { type BudgetDeps, type BudgetStage, type BudgetTick, budgetApp } from "./budget-tick.ts";
import { contributorLines } from "./lines.ts";
import { riseOf, untilItFails } from "./rise.ts";

/** What detect-cost needs from the world; its series need neither topics nor what was asked. */
export type CostDeps = BudgetDeps &
  Omit<DriftDeps, "getTopics" | "saveTopics" | "readFoldedBuckets" | "moreLines">;

export interface CostStage extends BudgetStage {
  readonly warmUpDays: number;
  readonly falsePagesPerWeek: number;
}

export interface CostTicks {
  readonly gauges: readonly Gauge[];
  readonly failed: SettledApps<BudgetTick>["failed"];
  readonly held: readonly { readonly app: string; readonly reason: string }[];
  /** The tick's answer; throws when an app failed, so that the invocation fails too. */
  readonly answer: () => TickAnswer;
}

/** Who the spend of an incident comes from; a lake that does not answer holds up no page. */
async function whoRose(
  app: string,
  incident: DriftIncident,
  first: number,
  deps: CostDeps,
): Promise<string[]> {
  const span = { from: incident.onset, until: incident.openedAt };
  try {
    return contributorLines(await riseOf(deps.runSql, app, span, first));
  } catch (reason) {
    deps.noteUnanswered(app, reason instanceof Error ? reason : new Error(String(reason)));
    return ["Who it comes from is not known: the lake did not answer."];
  }
}

const sooner = (a: TickAnswer, b: TickAnswer): TickAnswer => {
  if (a.settledUntil === null) return b;
  return b.settledUntil !== null && b.settledUntil < a.settledUntil ? b : a;
};

/** A look at every app's budget, then at its cost detectors; the trouble of one is not the other's. */
export async function costTicks(
  apps: readonly string[],
  now: number,
  stage: CostStage,
  verbs: CostDeps,
): Promise<CostTicks> {
  const deps: CostDeps = { ...verbs, runSql: untilItFails(verbs.runSql) };
  const budgets = await settleApps(apps, (app) => budgetApp(app, now, stage, deps));
  const driftDeps: DriftDeps = {
    ...deps,
    getTopics: async () => undefined,
    saveTopics: async () => undefined,
    readFoldedBuckets: async (app, from, until) =>
      (await deps.readFolds(app, from, until)).map((one) => ({ ...one, profiles: new Map() })),
    moreLines: (app, incident, first) => whoRose(app, incident, first, deps),
  };
  const costs: SettledApps<DriftTick> = await settleApps(apps, (app) =>
    driftApp(app, now, { ...stage, family: COST }, driftDeps),
  );
  return {
    gauges: [...budgets.done, ...costs.done].flatMap(({ result }) => result.gauges),
    failed: [...budgets.failed, ...costs.failed],
    held: budgets.done.flatMap(({ app, result }) =>
      result.held === null ? [] : [{ app, reason: result.held }],
    ),
    answer: () => sooner(budgets.answer("watched"), costs.answer("watched")),
  };
}
