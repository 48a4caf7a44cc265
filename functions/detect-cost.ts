import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { getBudgetWatch, saveBudgetWatch } from "@bellwether/aws/budget-watch";
import { getDriftState, saveDriftState } from "@bellwether/aws/drift-state";
import { readTick } from "@bellwether/aws/envelopes";
import { oldestFold, readFolds } from "@bellwether/aws/fold-state";
import { foldVerbs } from "@bellwether/aws/fold-verbs";
import { putGauges } from "@bellwether/aws/gauges";
import { dirtyHours } from "@bellwether/aws/hour-totals";
import { partName, readDocument, writeDocument, writeLake } from "@bellwether/aws/lake";
import { queryLake } from "@bellwether/aws/lake-queries";
import { publish } from "@bellwether/aws/messages";
import { loadBudgetPolicy } from "@bellwether/aws/policies";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { readBucketSpend, readHourlySpend } from "@bellwether/aws/spend-series";
import { loadConfig } from "@bellwether/aws/stage";
import { type CostDeps, costTicks } from "@bellwether/core/budget/cost-ticks";
import { budgetOf } from "@bellwether/core/budget/policy";
import type { Gauge } from "@bellwether/core/metrics";
import type { TickAnswer } from "@bellwether/core/rollup/settle-apps";
import type { Context } from "aws-lambda";

const logger = new Logger();
const metrics = new Metrics();

type Deps = CostDeps & { readonly putGauges: (gauges: readonly Gauge[], at: number) => Promise<void> };

const productionDeps = (): Deps => ({
  ...foldVerbs,
  getRollout,
  readFolds,
  oldestFold,
  dirtyHours,
  readHourlySpend,
  readBucketSpend,
  getBudgetWatch,
  saveBudgetWatch,
  getDriftState,
  saveDriftState,
  readDocument,
  writeDocument,
  writeLake,
  runSql: queryLake,
  noteUnanswered: (app, error) => {
    metrics.addMetric("LakeQueriesFailed", MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
    logger.warn("the lake did not answer", { app, error });
  },
  notify: (notice) => publish("events", notice.title, JSON.stringify(notice)),
  putGauges,
});

export function makeHandler(deps: Deps) {
  const { apps, lagMinutes, drift } = loadConfig();
  const policy = loadBudgetPolicy();
  const stage = {
    ...drift,
    lagMs: lagMinutes * 60_000,
    partName,
    budgetOf: (app: string) => budgetOf(policy, app),
  };

  return async (event: unknown, context: Context): Promise<TickAnswer> => {
    logger.addContext(context);
    const now = readTick(event);
    const { gauges, held, failed, answer } = await costTicks(apps, now, stage, deps);
    for (const { app, error } of failed) logger.error("app could not be watched", { app, error });
    for (const { app, reason } of held)
      logger.warn("nothing is decided on what is not known yet", { app, reason });
    // A tick that could not look at every app is not counted, so that silence is noticed.
    const ticks: Gauge = { metric: "DetectorTicks", dimensions: { detector: "cost" }, value: 1 };
    const published = failed.length === 0 ? [...gauges, ticks] : gauges;
    if (published.length > 0) await deps.putGauges(published, now);
    return answer();
  };
}

export const handler = makeHandler(productionDeps());
