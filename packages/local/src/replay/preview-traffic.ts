import { type BucketTraffic, type Traffic, trafficOf } from "@bellwether/core/sampling/traffic";
import { foldItems } from "@bellwether/core/windows/fold";
import type { WindowItem } from "@bellwether/core/windows/items";

interface Bucket {
  counted: Traffic;
  /** Votes, raised requests and corrections, by what they overwrite. */
  readonly late: Map<string, WindowItem>;
  lateTraffic: Traffic;
  priced: number;
  picoUsd: number;
}

/** What pace reads of the windows, kept as a few numbers a bucket. */
export interface TrafficStore {
  putWindowItems(items: readonly WindowItem[]): void;
  /** A request of this bucket goes to the judge. */
  addJudged(app: string, bucket: number, picoUsd: number): void;
  /** Traffic of an app's buckets that start in [from, until), ascending. */
  readTraffic(app: string, from: number, until: number): BucketTraffic[];
}

const NOTHING: Traffic = trafficOf(new Map());

function sum(a: Traffic, b: Traffic): Traffic {
  const eligibleByVariant = { ...a.eligibleByVariant };
  for (const [variant, n] of Object.entries(b.eligibleByVariant))
    eligibleByVariant[variant] = (eligibleByVariant[variant] ?? 0) + n;
  return {
    eligible: a.eligible + b.eligible,
    flagged: a.flagged + b.flagged,
    negative: a.negative + b.negative,
    drawn: a.drawn + b.drawn,
    eligibleByVariant,
    priced: a.priced + b.priced,
    picoUsd: a.picoUsd + b.picoUsd,
  };
}

/** What an item that comes late overwrites; counts are written once and only add. */
function lateKey(item: Exclude<WindowItem, { kind: "count" }>): string {
  if (item.kind === "repriced") return JSON.stringify([item.kind, item.segment]);
  const user = item.kind === "feedback" ? item.user : "";
  return JSON.stringify([item.kind, item.requestId, user]);
}

/** An empty store of window counts. */
export function createTrafficStore(): TrafficStore {
  const apps = new Map<string, Map<number, Bucket>>();
  const bucketAt = (app: string, start: number): Bucket => {
    const buckets = apps.get(app) ?? new Map<number, Bucket>();
    apps.set(app, buckets);
    const bucket = buckets.get(start) ?? {
      counted: NOTHING,
      late: new Map(),
      lateTraffic: NOTHING,
      priced: 0,
      picoUsd: 0,
    };
    buckets.set(start, bucket);
    return bucket;
  };
  return {
    putWindowItems: (items) => {
      for (const item of items) {
        const bucket = bucketAt(item.segment.app, item.bucket);
        if (item.kind === "count") {
          bucket.counted = sum(bucket.counted, trafficOf(foldItems([item])));
          continue;
        }
        bucket.late.set(lateKey(item), item);
        bucket.lateTraffic = trafficOf(foldItems([...bucket.late.values()]));
      }
    },
    addJudged: (app, start, picoUsd) => {
      const bucket = bucketAt(app, start);
      bucket.priced += 1;
      bucket.picoUsd += picoUsd;
    },
    readTraffic: (app, from, until) =>
      [...(apps.get(app) ?? [])]
        .filter(([start]) => start >= from && start < until)
        .sort(([a], [b]) => a - b)
        .map(([start, { counted, lateTraffic, priced, picoUsd }]) => ({
          start,
          traffic: { ...sum(counted, lateTraffic), priced, picoUsd },
        })),
  };
}
