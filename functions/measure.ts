import { Logger } from "@aws-lambda-powertools/logger";
import { readTick } from "@bellwether/aws/envelopes";
import { readFoldedBuckets } from "@bellwether/aws/fold-state";
import { foldVerbs } from "@bellwether/aws/fold-verbs";
import { putGauges } from "@bellwether/aws/gauges";
import {
  clearHours,
  dirtyHours,
  measuredUntil,
  noteMeasured,
  readHours,
  saveHour,
} from "@bellwether/aws/hour-totals";
import { partName, writeLake } from "@bellwether/aws/lake";
import { noteVolume } from "@bellwether/aws/reviews-table";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { loadConfig } from "@bellwether/aws/stage";
import type { Gauge } from "@bellwether/core/metrics";
import { quotaGauges } from "@bellwether/core/quotas/quota-use";
import { type MeasureDeps, measureApp } from "@bellwether/core/rollup/measure";
import { settleApps, type TickAnswer } from "@bellwether/core/rollup/settle-apps";
import type { Context } from "aws-lambda";

const logger = new Logger();

type Deps = MeasureDeps & { readonly putGauges: (gauges: readonly Gauge[], at: number) => Promise<void> };

const productionDeps = (): Deps => ({
  ...foldVerbs,
  getRollout,
  readFoldedBuckets,
  dirtyHours,
  clearHours,
  saveHour,
  readHours,
  measuredUntil,
  noteMeasured,
  noteVolume,
  writeLake,
  putGauges,
});

export function makeHandler(deps: Deps) {
  const config = loadConfig();
  const stage = { lagMs: config.lagMinutes * 60_000, partName };

  return async (event: unknown, context: Context): Promise<TickAnswer> => {
    logger.addContext(context);
    const now = readTick(event);
    const { done, failed, answer } = await settleApps(config.apps, (app) =>
      measureApp(app, now, stage, deps),
    );
    for (const { app, error } of failed) logger.error("app could not be measured", { app, error });
    const gauges = done.flatMap(({ result }) => result.gauges);
    if (failed.length === 0) {
      const loads = done.map(({ result }) => result.load);
      gauges.push(...quotaGauges(loads, config.quotas));
    }
    // A tick that could not measure every app is not counted, so that silence is noticed.
    if (failed.length === 0)
      gauges.push({ metric: "DetectorTicks", dimensions: { detector: "measure" }, value: 1 });
    if (gauges.length > 0) await deps.putGauges(gauges, now);
    return answer("measured");
  };
}

export const handler = makeHandler(productionDeps());
