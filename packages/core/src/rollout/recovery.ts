import { emptyVariantFold, mergeVariantInto } from "../windows/variants.ts";
import type { RollbackPolicy } from "./policy.ts";
import { type BucketFold, between } from "./span.ts";
import { type ArmSummary, metricOf, summarise } from "./summary.ts";

/** What became of the app after a rollback; `unknown` is an answer of its own. */
export interface Recovery {
  readonly status: "recovered" | "not_recovered" | "unknown";
  readonly reason: string;
  readonly stable: ArmSummary;
  /** Requests that the stopped canary still received in the last third of the bake. */
  readonly canaryRequests: number;
}

/** Share of traffic a stopped canary may still receive from clients that have not refreshed. */
const MAX_LEFTOVER = 0.01;

/** Judges the bake window [from, until): absolute triggers on stable, and whether traffic really moved. */
export function judgeRecovery(
  buckets: readonly BucketFold[],
  names: { readonly stable: string; readonly canary: string },
  policy: RollbackPolicy,
  from: number,
  until: number,
): Recovery {
  const stable = emptyVariantFold();
  let leftover = 0;
  let total = 0;
  const settled = until - (until - from) / 3;
  for (const { start, fold } of between(buckets, from, until)) {
    const part = fold.get(names.stable);
    if (part !== undefined) mergeVariantInto(stable, part);
    if (start < settled) continue;
    leftover += fold.get(names.canary)?.counts.n ?? 0;
    for (const variant of fold.values()) total += variant.counts.n;
  }
  const summary = summarise(stable);
  const known = { stable: summary, canaryRequests: leftover };
  if (leftover > MAX_LEFTOVER * total) {
    const reason = `${names.canary} still received ${leftover} of ${total} requests in the last third of the bake`;
    return { status: "not_recovered", reason, ...known };
  }
  for (const trigger of policy.triggers) {
    if (trigger.threshold === undefined) continue;
    const value = metricOf(trigger.metric, summary);
    if (value === null || summary.requests < trigger.minSamples) continue;
    const beyond =
      trigger.comparison === "greater_than" ? value > trigger.threshold : value < trigger.threshold;
    if (beyond) {
      const reason = `${trigger.metric} of ${names.stable} is ${Number(value.toPrecision(3))}, limit ${trigger.threshold}`;
      return { status: "not_recovered", reason, ...known };
    }
  }
  const least = Math.min(...policy.triggers.map((trigger) => trigger.minSamples));
  return summary.requests < least
    ? {
        status: "unknown",
        reason: `only ${summary.requests} requests on ${names.stable} since the rollback`,
        ...known,
      }
    : {
        status: "recovered",
        reason: `${summary.requests} requests on ${names.stable} within every limit`,
        ...known,
      };
}
