import { canaryEpochAt, type Rollout } from "../rollout/document.ts";
import { BUCKET_MS } from "../windows/bucket.ts";
import type { Fold } from "../windows/fold.ts";

/** What pace needs of one bucket of an app: whole numbers only. */
export interface Traffic {
  /** Requests with a text to judge, and of these those that matched a rule that looks for trouble. */
  readonly eligible: number;
  readonly flagged: number;
  readonly negative: number;
  /** Requests of the sample, raised ones included. */
  readonly drawn: number;
  readonly eligibleByVariant: Readonly<Record<string, number>>;
  /** Judged requests with a known price, and what they cost in 1e-12 USD. */
  readonly priced: number;
  readonly picoUsd: number;
}

export interface BucketTraffic {
  readonly start: number;
  readonly traffic: Traffic;
}

export function trafficOf(fold: Fold): Traffic {
  const sum = { eligible: 0, flagged: 0, negative: 0, drawn: 0, priced: 0, picoUsd: 0 };
  const byVariant = new Map<string, number>();
  for (const { segment, tally } of fold.values()) {
    const { counts, judge } = tally;
    sum.eligible += counts.eligible;
    sum.flagged += counts.flagged;
    sum.negative += tally.negative;
    sum.drawn += counts.drawn + judge.raised;
    sum.priced += judge.priced;
    sum.picoUsd += judge.picoUsd;
    byVariant.set(segment.variant, (byVariant.get(segment.variant) ?? 0) + counts.eligible);
  }
  return { ...sum, eligibleByVariant: Object.fromEntries(byVariant) };
}

/** One bucket of all watched apps together, as the budget is planned from it. */
export interface TrafficBucket {
  readonly start: number;
  readonly eligible: number;
  readonly flagged: number;
  readonly negative: number;
  readonly drawn: number;
  /** Requests that the matched sample would judge if the smaller arm were judged completely; 0 without a canary. */
  readonly matched: number;
}

export interface AppTraffic {
  readonly rollout: Rollout | undefined;
  readonly buckets: readonly BucketTraffic[];
}

/** What the canary that runs at `at` would have asked for, had it run in this bucket. */
function matchedOf(rollout: Rollout | undefined, { eligibleByVariant }: Traffic, at: number): number {
  const epoch = rollout && canaryEpochAt(rollout, at);
  if (epoch === undefined) return 0;
  const both = [epoch.stable, epoch.canary].reduce((sum, name) => sum + (eligibleByVariant[name] ?? 0), 0);
  return 2 * Math.min(epoch.share, 1 - epoch.share) * both;
}

/** Adds the apps up, bucket by bucket, ascending. */
export function addTraffic(apps: readonly AppTraffic[], at: number): TrafficBucket[] {
  const sums = new Map<number, TrafficBucket>();
  for (const { rollout, buckets } of apps) {
    for (const { start, traffic } of buckets) {
      const known = sums.get(start);
      sums.set(start, {
        start,
        eligible: (known?.eligible ?? 0) + traffic.eligible,
        flagged: (known?.flagged ?? 0) + traffic.flagged,
        negative: (known?.negative ?? 0) + traffic.negative,
        drawn: (known?.drawn ?? 0) + traffic.drawn,
        matched: (known?.matched ?? 0) + matchedOf(rollout, traffic, at),
      });
    }
  }
  return [...sums.values()].sort((a, b) => a.start - b.start);
}

/** Mean judge spend per judged request over buckets from `from` on, USD, with how many it rests on. */
export function measuredPrice(
  apps: readonly AppTraffic[],
  from: number,
): { readonly usd: number; readonly judged: number } | undefined {
  let priced = 0;
  let picoUsd = 0;
  for (const { buckets } of apps) {
    for (const { start, traffic } of buckets) {
      if (start + BUCKET_MS <= from) continue;
      priced += traffic.priced;
      picoUsd += traffic.picoUsd;
    }
  }
  return priced === 0 ? undefined : { usd: picoUsd / 1e12 / priced, judged: priced };
}
