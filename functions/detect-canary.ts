import { Logger } from "@aws-lambda-powertools/logger";
import { readTick } from "@bellwether/aws/envelopes";
import { freezeBaselineOnce, getBaseline, getFinding, saveFinding } from "@bellwether/aws/findings";
import { foldNote, readFolds } from "@bellwether/aws/fold-state";
import { foldVerbs } from "@bellwether/aws/fold-verbs";
import { putGauges } from "@bellwether/aws/gauges";
import { partName, writeLake } from "@bellwether/aws/lake";
import { raise } from "@bellwether/aws/messages";
import { loadRollbackPolicy } from "@bellwether/aws/policies";
import { getAgreement } from "@bellwether/aws/reviews-table";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { loadConfig } from "@bellwether/aws/stage";
import type { Gauge } from "@bellwether/core/metrics";
import { parseModelId } from "@bellwether/core/records/model";
import { type TickDeps, type TickResult, tickApp } from "@bellwether/core/rollout/tick";
import { settleApps, type TickAnswer } from "@bellwether/core/rollup/settle-apps";
import { JUDGE_PROMPT_VERSION } from "@bellwether/evaluators/version";
import type { Context } from "aws-lambda";

const logger = new Logger();

type Deps = TickDeps & { readonly putGauges: (gauges: readonly Gauge[], at: number) => Promise<void> };

const productionDeps = (): Deps => ({
  ...foldVerbs,
  getRollout,
  foldNote,
  readFolds,
  getBaseline,
  freezeBaselineOnce,
  getFinding,
  saveFinding,
  writeLake,
  raise,
  getAgreement,
  putGauges,
});

function gaugesOf(app: string, { verdict, logE }: TickResult): Gauge[] {
  const verdictGauge: Gauge = { metric: "CanaryVerdict", dimensions: { app }, value: verdict };
  if (logE === undefined) return [verdictGauge];
  return [verdictGauge, { metric: "CanaryEvidence", dimensions: { app }, value: logE / Math.LN10 }];
}

export function makeHandler(deps: Deps) {
  const config = loadConfig();
  const stage = {
    policy: loadRollbackPolicy(),
    lagMs: config.lagMinutes * 60_000,
    judge: { model: parseModelId(config.judge.modelId).id, promptVersion: JUDGE_PROMPT_VERSION },
    staleDays: config.review.staleDays,
    partName,
  };

  return async (event: unknown, context: Context): Promise<TickAnswer> => {
    logger.addContext(context);
    const now = readTick(event);
    const { done, failed, answer } = await settleApps(config.apps, (app) => tickApp(app, now, stage, deps));
    for (const { app, error } of failed) logger.error("app could not be judged", { app, error });
    const gauges = done.flatMap(({ app, result }) => gaugesOf(app, result));
    // A tick that could not judge every app is not counted, so that silence is noticed.
    if (failed.length === 0)
      gauges.push({ metric: "DetectorTicks", dimensions: { detector: "canary" }, value: 1 });
    if (gauges.length > 0) await deps.putGauges(gauges, now);
    return answer("judged");
  };
}

export const handler = makeHandler(productionDeps());
