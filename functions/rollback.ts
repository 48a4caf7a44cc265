import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { readBusEvent } from "@bellwether/aws/envelopes";
import { getFinding } from "@bellwether/aws/findings";
import { readFolds } from "@bellwether/aws/fold-state";
import { partName, writeDocument, writeLake } from "@bellwether/aws/lake";
import { publish } from "@bellwether/aws/messages";
import { loadRollbackPolicy } from "@bellwether/aws/policies";
import { registryTable } from "@bellwether/aws/registry-table";
import { getRollout, putRollout } from "@bellwether/aws/rollouts-table";
import { loadConfig } from "@bellwether/aws/stage";
import type { MetricName } from "@bellwether/core/metrics";
import { type Noted, notePromotion, noteRollback } from "@bellwether/core/registry/notes";
import type { RollbackDecision } from "@bellwether/core/rollout/decision";
import { type RollbackDeps, rollBack } from "@bellwether/core/rollout/roll-back";
import { CANARY_ALARM_PREFIX } from "@bellwether/core/topology";
import type { Context } from "aws-lambda";
import * as z from "zod";

const logger = new Logger();
const metrics = new Metrics();

const productionDeps = (): RollbackDeps => ({
  getRollout,
  putRollout,
  getFinding,
  readFolds,
  writeLake,
  writeDocument,
  notify: (notice) => publish("events", notice.title, JSON.stringify(notice)),
  noteRollback: async (app, version, reason, at) =>
    logRefusals(version, await noteRollback(app, version, reason, at, registryTable)),
  notePromotion: async (app, version, why, at) =>
    logRefusals(version, await notePromotion(app, version, { by: "bellwether", at, why }, registryTable)),
});

/** The registry's word does not stop a move: the pointer is what users see. */
function logRefusals(version: string, noted: Noted): void {
  for (const { kind, answer } of noted) {
    if (answer.kind !== "refused") continue;
    metrics.addMetric("RegistryRefused", MetricUnit.Count, 1);
    logger.warn("the registry refused", { kind, version, reason: answer.reason });
  }
}

const MEASURED = {
  rollback: "Rollbacks",
  advance: "CanaryAdvanced",
  promote: "CanaryPromoted",
  page_and_hold: "RollbackHeld",
  hold: "RollbackHeld",
} as const satisfies Record<RollbackDecision["action"], MetricName>;

const alarmSchema = z.object({ alarmName: z.string().startsWith(CANARY_ALARM_PREFIX) });
const verdictSchema = z.object({ app: z.string().min(1) });

/** App named by a canary alarm or by a tick of detect-canary. */
function appOf(detailType: string, detail: unknown): string {
  return detailType === "canary verdict"
    ? verdictSchema.parse(detail).app
    : alarmSchema.parse(detail).alarmName.slice(CANARY_ALARM_PREFIX.length);
}

export function makeHandler(deps: RollbackDeps) {
  const stage = { policy: loadRollbackPolicy(), lagMs: loadConfig().lagMinutes * 60_000, partName };

  return async (event: unknown, context: Context): Promise<RollbackDecision> => {
    logger.addContext(context);
    const { detailType, detail, time } = readBusEvent(event);
    const app = appOf(detailType, detail);
    const decision = await rollBack(app, time, stage, deps);
    logger.info("decided", { app, ...decision });
    metrics.addMetric(MEASURED[decision.action], MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
    return decision;
  };
}

export const handler = makeHandler(productionDeps());
