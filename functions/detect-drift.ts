import { Logger } from "@aws-lambda-powertools/logger";
import { getDriftState, saveDriftState } from "@bellwether/aws/drift-state";
import { readTick } from "@bellwether/aws/envelopes";
import { oldestFold, readFoldedBuckets } from "@bellwether/aws/fold-state";
import { foldVerbs } from "@bellwether/aws/fold-verbs";
import { putGauges } from "@bellwether/aws/gauges";
import { partName, readDocument, writeDocument, writeLake } from "@bellwether/aws/lake";
import { publish } from "@bellwether/aws/messages";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { loadConfig } from "@bellwether/aws/stage";
import { getTopics, saveTopics } from "@bellwether/aws/topics";
import { type DriftDeps, driftApp } from "@bellwether/core/drift/drift-tick";
import { DRIFT } from "@bellwether/core/drift/series";
import type { Gauge } from "@bellwether/core/metrics";
import { settleApps, type TickAnswer } from "@bellwether/core/rollup/settle-apps";
import type { Context } from "aws-lambda";

const logger = new Logger();

type Deps = DriftDeps & { readonly putGauges: (gauges: readonly Gauge[], at: number) => Promise<void> };

const productionDeps = (): Deps => ({
  ...foldVerbs,
  getRollout,
  readFoldedBuckets,
  oldestFold,
  getDriftState,
  saveDriftState,
  getTopics,
  saveTopics,
  readDocument,
  writeDocument,
  writeLake,
  notify: (notice) => publish("events", notice.title, JSON.stringify(notice)),
  putGauges,
});

export function makeHandler(deps: Deps) {
  const config = loadConfig();
  const { warmUpDays, falsePagesPerWeek } = config.drift;
  const stage = { family: DRIFT, lagMs: config.lagMinutes * 60_000, warmUpDays, falsePagesPerWeek, partName };

  return async (event: unknown, context: Context): Promise<TickAnswer> => {
    logger.addContext(context);
    const now = readTick(event);
    const { done, failed, answer } = await settleApps(config.apps, (app) => driftApp(app, now, stage, deps));
    for (const { app, error } of failed) logger.error("app could not be watched", { app, error });
    const gauges = done.flatMap(({ result }) => result.gauges);
    // A tick that could not look at every app is not counted, so that silence is noticed.
    if (failed.length === 0)
      gauges.push({ metric: "DetectorTicks", dimensions: { detector: "drift" }, value: 1 });
    if (gauges.length > 0) await deps.putGauges(gauges, now);
    return answer("watched");
  };
}

export const handler = makeHandler(productionDeps());
