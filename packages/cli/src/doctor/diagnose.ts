import { type Check, ok, problem, unknown } from "./check.ts";
import type { Clients } from "./clients.ts";
import { deliveryChecks } from "./delivery-checks.ts";
import { judgeChecks } from "./judge-check.ts";
import { loggingChecks } from "./logging-checks.ts";
import type { LoggingState } from "./logging-state.ts";
import { pricesCheck } from "./prices-check.ts";
import { readDelivery } from "./read-delivery.ts";
import { type LoggingTarget, readLoggingState } from "./read-logging.ts";
import { stageChecks } from "./stage-checks.ts";
import type { Target } from "./target.ts";

const OLDEST_NODE = 24;

function nodeCheck(version: string): Check {
  return Number.parseInt(version, 10) >= OLDEST_NODE
    ? ok("node", version)
    : problem("node", version, `needs ${OLDEST_NODE}: run npm ci, which installs it beside yours`);
}

/** What reading the logging of a target needs; undefined when account or bucket are not known. */
export function loggingTarget({ place, stage, logsBucket }: Target, name: string): LoggingTarget | undefined {
  if (place === undefined || logsBucket === undefined) return undefined;
  return {
    place,
    stage: name,
    bucketName: logsBucket,
    functionArn: stage?.functions.get("log-subscription"),
  };
}

/** Prefix, with its slash, that Bedrock puts before keys in our bucket. */
function keyPrefixOf({ logging, bucketName }: LoggingState): string {
  const config = logging.kind === "known" ? logging.value?.s3Config : undefined;
  const prefix = config?.bucketName === bucketName ? (config.keyPrefix ?? "") : "";
  return prefix === "" ? "" : `${prefix.replace(/\/$/, "")}/`;
}

async function checksOfLogs(
  clients: Clients,
  target: Target,
  logging: LoggingTarget,
  now: number,
): Promise<Check[]> {
  const state = await readLoggingState(clients, logging);
  const names = {
    logsBucket: logging.bucketName,
    lakeBucket: target.stage?.variables.LAKE_BUCKET,
    prefix: keyPrefixOf(state),
  };
  const delivery = await readDelivery(clients, logging.place, names, now);
  const delivered = delivery.log.kind === "known" && delivery.log.value !== undefined;
  return [
    ...loggingChecks(state, delivered),
    ...deliveryChecks(delivery, now),
    await pricesCheck(clients, logging.bucketName, delivery.log, target.stage?.config),
  ];
}

/** Every check of a target at `now`, ms; never throws for what AWS answers. */
export async function diagnose(
  clients: Clients,
  target: Target,
  { now, judge }: { readonly now: number; readonly judge: boolean },
): Promise<Check[]> {
  const { stage, region } = target;
  const logging = loggingTarget(target, stage?.name ?? "");
  const [logs, parts, judges] = await Promise.all([
    logging === undefined
      ? [unknown("bedrock logging", "which bucket and account?", "name --stage, or --logs-bucket")]
      : checksOfLogs(clients, target, logging, now),
    stage === undefined ? [] : stageChecks(clients, stage),
    judge && stage?.config !== undefined && region !== undefined
      ? judgeChecks(clients, stage.config, region, now)
      : [],
  ]);
  return [nodeCheck(process.versions.node), ...target.checks, ...logs, ...parts, ...judges];
}
