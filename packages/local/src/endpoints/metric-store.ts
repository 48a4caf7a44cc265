export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** `count` observations; a plain value is a sample whose minimum is its maximum. */
export interface Sample {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Everything published for one metric in one minute, CloudWatch's standard resolution. */
export interface MinuteBucket {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** Count by value; `undefined` once a statistic set hid the values. */
  values: Map<number, number> | undefined;
}

export interface Metric {
  readonly id: MetricId;
  /** By minute since the epoch. */
  readonly minutes: Map<number, MinuteBucket>;
  /** The newest minute that was forgotten to keep the store small. */
  forgottenUntil: number | undefined;
}

export interface MetricStore {
  add(id: MetricId, atMs: number, sample: Sample): void;
  find(id: MetricId): Metric | undefined;
  all(): readonly Metric[];
  /** Raises the number of minutes with data kept per metric to at least `minutes` (at most one day). */
  keep(minutes: number): void;
}

export const MINUTE = 60_000;
const DAY_MINUTES = 1_440;
const DEFAULT_MINUTES = 180;

/** An in-memory metric store that keeps the newest 180 minutes with data of each metric, or what an alarm asks for. */
export function createMetricStore(): MetricStore {
  const metrics = new Map<string, Metric>();
  let kept = DEFAULT_MINUTES;

  const add = (id: MetricId, atMs: number, sample: Sample) => {
    const key = metricKey(id);
    const metric = metrics.get(key) ?? { id, minutes: new Map(), forgottenUntil: undefined };
    metrics.set(key, metric);
    const minute = Math.floor(atMs / MINUTE);
    if (metric.forgottenUntil !== undefined && minute <= metric.forgottenUntil) return;
    const bucket = metric.minutes.get(minute);
    if (bucket !== undefined) {
      merge(bucket, sample);
      return;
    }
    metric.minutes.set(minute, merge(emptyBucket(), sample));
    while (metric.minutes.size > kept) {
      const oldest = Math.min(...metric.minutes.keys());
      metric.minutes.delete(oldest);
      metric.forgottenUntil = oldest;
    }
  };

  return {
    add,
    find: (id) => metrics.get(metricKey(id)),
    all: () => [...metrics.values()],
    keep: (minutes) => {
      kept = Math.min(DAY_MINUTES, Math.max(kept, minutes));
    },
  };
}

/** A CloudWatch statistic (Average, Sum, Minimum, Maximum, SampleCount, pNN by nearest rank) of some minutes; `undefined` = no datapoint. */
export function statistic(name: string, buckets: readonly MinuteBucket[]): number | undefined {
  const total = emptyBucket();
  for (const bucket of buckets) merge(total, bucket);
  if (total.count === 0) return undefined;
  switch (name) {
    case "Average":
      return total.sum / total.count;
    case "Sum":
      return total.sum;
    case "Minimum":
      return total.minimum;
    case "Maximum":
      return total.maximum;
    case "SampleCount":
      return total.count;
    default: {
      const percent = percentileOf(name);
      if (percent === undefined) throw new Error(`unknown statistic ${name}`);
      return total.values && nearestRank(total.values, (percent / 100) * total.count);
    }
  }
}

/** The percent of a statistic `pNN` or `pNN.N`, in (0, 100]; `undefined` for any other name. */
export function percentileOf(name: string): number | undefined {
  const match = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name);
  const percent = Number(match?.[1]);
  return percent > 0 && percent <= 100 ? percent : undefined;
}

function nearestRank(values: ReadonlyMap<number, number>, rank: number): number | undefined {
  const ascending = [...values].sort(([a], [b]) => a - b);
  let seen = 0;
  for (const [value, count] of ascending) {
    seen += count;
    if (seen >= rank) return value;
  }
  return ascending.at(-1)?.[0];
}

function emptyBucket(): MinuteBucket {
  return {
    count: 0,
    sum: 0,
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    values: new Map(),
  };
}

function merge(into: MinuteBucket, more: Sample | MinuteBucket): MinuteBucket {
  into.count += more.count;
  into.sum += more.sum;
  into.minimum = Math.min(into.minimum, more.minimum);
  into.maximum = Math.max(into.maximum, more.maximum);
  const values = "values" in more ? more.values : valuesOf(more);
  if (values === undefined) into.values = undefined;
  for (const [value, count] of values ?? []) into.values?.set(value, (into.values.get(value) ?? 0) + count);
  return into;
}

/** A statistic set allows percentiles only when all its samples are equal (PutMetricData reference). */
function valuesOf(sample: Sample): ReadonlyMap<number, number> | undefined {
  return sample.minimum === sample.maximum ? new Map([[sample.minimum, sample.count]]) : undefined;
}

function metricKey({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
