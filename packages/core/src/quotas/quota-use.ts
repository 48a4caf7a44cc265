import type { Config } from "../config/config.ts";
import type { Gauge } from "../metrics.ts";
import { BUCKET_MS } from "../windows/bucket.ts";
import type { Fold } from "../windows/fold.ts";
import { outputBurndown } from "./burndown.ts";

/** What a model was asked for, in whole numbers. */
interface ModelLoad {
  readonly model: string;
  readonly requests: number;
  /** Tokens that count once: input outside the cache and cache writes. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What an app asked of every model in one bucket. */
export interface BucketLoad {
  readonly start: number;
  readonly models: readonly ModelLoad[];
}

/** The load of one bucket of an app, a row per segment. */
export const bucketLoad = (start: number, fold: Fold): BucketLoad => ({
  start,
  models: [...fold.values()].map(({ segment, tally: { counts } }) => ({
    model: segment.model,
    requests: counts.n,
    inputTokens: counts.inputTokens + counts.cacheWriteTokens,
    outputTokens: counts.outputTokens,
  })),
});

/**
 * The highest share of any configured quota, percent, in the buckets given, all apps together; undefined without
 * quotas. A bucket counts with its mean minute, so a peak of one minute can be five times higher; the calls of the judge
 * and of apps that are not listed are not in the windows, and all inference profiles of a model are added up.
 */
export function quotaUsed(loads: readonly BucketLoad[], quotas: Config["quotas"]): number | undefined {
  const minutes = BUCKET_MS / 60_000;
  const shares = Object.entries(quotas).flatMap(([model, quota]) => {
    const used = new Map<number, { requests: number; tokens: number }>();
    const burndown = quota.outputBurndown ?? outputBurndown(model);
    for (const { start, models } of loads) {
      const sum = used.get(start) ?? { requests: 0, tokens: 0 };
      used.set(start, sum);
      for (const load of models) {
        if (load.model !== model) continue;
        sum.requests += load.requests;
        sum.tokens += load.inputTokens + burndown * load.outputTokens;
      }
    }
    const { requestsPerMinute = Number.POSITIVE_INFINITY, tokensPerMinute = Number.POSITIVE_INFINITY } =
      quota;
    return [
      0,
      ...[...used.values()].flatMap(({ requests, tokens }) => [
        requests / minutes / requestsPerMinute,
        tokens / minutes / tokensPerMinute,
      ]),
    ];
  });
  return shares.length === 0 ? undefined : 100 * Math.max(...shares);
}

/** The stage's one gauge of quotas; nothing unless every app was looked at, for a part of the load is no load. */
export function quotaGauges(
  loads: readonly (readonly BucketLoad[] | undefined)[],
  quotas: Config["quotas"],
): Gauge[] {
  const known = loads.filter((load) => load !== undefined);
  const value = known.length === loads.length ? quotaUsed(known.flat(), quotas) : undefined;
  return value === undefined ? [] : [{ metric: "QuotaUsed", dimensions: {}, value }];
}
