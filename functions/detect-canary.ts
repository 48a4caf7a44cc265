import { Logger } from "@aws-lambda-powertools/logger";
import { readTick } from "@bellwether/aws/envelopes";
import { freezeBaselineOnce, getBaseline, getFinding, saveFinding } from "@bellwether/aws/findings";
import { clearMarks, dirtyMarks, readFolds, saveFolds } from "@bellwether/aws/fold-state";
import { type Gauge, putGauges } from "@bellwether/aws/gauges";
import { partName, writeLake } from "@bellwether/aws/lake";
import { raise } from "@bellwether/aws/messages";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { loadConfig, loadRollbackPolicy } from "@bellwether/aws/stage";
import { readBucket } from "@bellwether/aws/windows-table";
import { type TickDeps, type TickResult, tickApp } from "@bellwether/core/rollout/tick";
import type { Context } from "aws-lambda";

const logger = new Logger();

type Deps = TickDeps & { readonly putGauges: (gauges: readonly Gauge[], at: number) => Promise<void> };

const productionDeps = (): Deps => ({
  getRollout,
  dirtyMarks,
  clearMarks,
  readBucket,
  saveFolds,
  readFolds,
  getBaseline,
  freezeBaselineOnce,
  getFinding,
  saveFinding,
  writeLake,
  raise,
  putGauges,
});

function gaugesOf(app: string, { verdict, logE }: TickResult): Gauge[] {
  const verdictGauge: Gauge = { metric: "CanaryVerdict", dimensions: { app }, value: verdict };
  if (logE === undefined) return [verdictGauge];
  return [verdictGauge, { metric: "CanaryEvidence", dimensions: { app }, value: logE / Math.LN10 }];
}

/** `settledUntil`: no tick before this instant can change anything unless new data arrives; `null` is for ever. */
interface TickAnswer {
  readonly settledUntil: string | null;
}

export function makeHandler(deps: Deps) {
  const config = loadConfig();
  const stage = { policy: loadRollbackPolicy(), lagMs: config.lagMinutes * 60_000, partName };

  return async (event: unknown, context: Context): Promise<TickAnswer> => {
    logger.addContext(context);
    const now = readTick(event);
    const results = await Promise.allSettled(config.apps.map((app) => tickApp(app, now, stage, deps)));
    const gauges: Gauge[] = [];
    const settled: number[] = [];
    const failures: unknown[] = [];
    results.forEach((result, index) => {
      const app = config.apps[index] ?? "";
      if (result.status === "rejected") {
        logger.error("app could not be judged", { app, error: result.reason as Error });
        failures.push(result.reason);
        return;
      }
      gauges.push(...gaugesOf(app, result.value));
      if (result.value.settledUntil !== null) settled.push(result.value.settledUntil);
    });
    // A tick that could not judge every app is not counted, so that silence is noticed.
    if (failures.length === 0)
      gauges.push({ metric: "DetectorTicks", dimensions: { detector: "canary" }, value: 1 });
    if (gauges.length > 0) await deps.putGauges(gauges, now);
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} apps could not be judged`);
    return { settledUntil: settled.length === 0 ? null : new Date(Math.min(...settled)).toISOString() };
  };
}

export const handler = makeHandler(productionDeps());
