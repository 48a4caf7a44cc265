import { SCHEDULES } from "@bellwether/core/topology";
import type { FinishedRun } from "@bellwether/local/replay/finished-run";

/** List prices in USD, us-east-1, on demand (AWS price pages as of 2026-11). */
const PER_CALL: Readonly<Record<string, number>> = {
  "s3.PutObject": 5e-6,
  "s3.GetObject": 0.4e-6,
  "dynamodb.UpdateItem": 0.625e-6,
  "dynamodb.PutItem": 0.625e-6,
  "dynamodb.DeleteItem": 0.625e-6,
  // Up to 25 items a call; measured on replays it carries about 8.
  "dynamodb.BatchWriteItem": 8 * 0.625e-6,
  "dynamodb.GetItem": 0.125e-6,
  "dynamodb.Query": 2 * 0.125e-6,
  "eventbridge.PutEvents": 1e-6,
  "sns.Publish": 0.5e-6,
};
const SQS_CALL = 0.4e-6;
const LAMBDA_REQUEST = 0.2e-6;
const LAMBDA_GB_SECOND_ARM = 0.0000133334;
/** A function that ticks costs the same whatever the traffic: a fixed monthly item. */
const SCHEDULED: ReadonlySet<string> = new Set(Object.values(SCHEDULES).map((schedule) => schedule.function));
/** An "Object Created" event per log object; listed as opt-in at this price. */
const S3_EVENT = 1e-6;

/**
 * Marginal AWS cost per million kept requests in USD, from counted calls × list prices; without judge tokens, fixed
 * monthly items (ticks of scheduled functions, alarms, custom metrics, dashboards) and CloudWatch calls; null without requests.
 */
export function awsUsdPerMillion(run: FinishedRun, kept: number): number | null {
  if (kept === 0) return null;
  let usd = 0;
  for (const [service, operations] of Object.entries(run.calls)) {
    for (const [operation, n] of Object.entries(operations)) {
      usd += n * (service === "sqs" ? SQS_CALL : (PER_CALL[`${service}.${operation}`] ?? 0));
    }
  }
  for (const [name, { invocations, billedMs, memoryMb }] of Object.entries(run.durations)) {
    if (SCHEDULED.has(name)) continue;
    usd += invocations * LAMBDA_REQUEST + (billedMs / 1_000) * (memoryMb / 1_024) * LAMBDA_GB_SECOND_ARM;
  }
  usd += (run.durations.ingest?.invocations ?? 0) * S3_EVENT;
  return (usd / kept) * 1e6;
}
