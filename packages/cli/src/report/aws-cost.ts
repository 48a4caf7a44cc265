import { type FunctionName, SCHEDULES } from "@bellwether/core/topology";
import type { FinishedRun } from "@bellwether/local/replay/finished-run";
import { EVENTBRIDGE_EVENT, SQS_REQUEST } from "../cost-model/list-prices.ts";
import { priceUsage, total } from "../cost-model/price-usage.ts";
import { JUDGE_SECONDS } from "../cost-model/unit-costs.ts";

/** A function that ticks costs the same whatever the traffic: a fixed monthly item. */
const SCHEDULED: ReadonlySet<string> = new Set(Object.values(SCHEDULES).map((schedule) => schedule.function));

/**
 * Marginal AWS cost per million kept requests in USD, from counted requests × list prices; without judge tokens, storage
 * and fixed monthly items (`bellwether cost-model` has those); null without requests.
 */
export function awsUsdPerMillion(run: FinishedRun, kept: number): number | null {
  if (kept === 0) return null;
  const functions = Object.entries(run.usage).filter(([name]) => !SCHEDULED.has(name));
  const own = functions.reduce(
    (sum, [name, used]) =>
      // Queues and events are counted below, where polling and the apps are known too.
      sum +
      total({
        ...priceUsage(used, name === ("evaluate" satisfies FunctionName) ? JUDGE_SECONDS : 0),
        sqs: 0,
      }),
    0,
  );
  const queues = Object.values(run.calls.sqs ?? {}).reduce((sum, n) => sum + n, 0) * SQS_REQUEST;
  const events =
    ((run.usage.ingest?.invocations ?? 0) + (run.calls.eventbridge?.PutEvents ?? 0)) * EVENTBRIDGE_EVENT;
  return ((own + queues + events) / kept) * 1e6;
}
