import { invalid, number, parseMetricId, parsePeriod, parseStatistic, text } from "./cloudwatch-input.ts";
import { isObject, type JsonObject, ServiceError } from "./json-service.ts";
import { type Metric, type MetricStore, MINUTE, type MinuteBucket, statistic } from "./metric-store.ts";

/** GetMetricData limits (CloudWatch quotas): queries and datapoints per call. */
const MAX_QUERIES = 500;
const MAX_DATAPOINTS = 100_800;
/** ListMetrics answers up to 500 metrics a page (API reference). */
const PAGE = 500;

/** GetMetricData for MetricStat queries over [StartTime, EndTime), periods counted from StartTime; throws ServiceError on an expression. */
export function getMetricData(store: MetricStore, input: JsonObject): JsonObject {
  const queries = Array.isArray(input.MetricDataQueries) ? input.MetricDataQueries : [];
  if (queries.length < 1 || queries.length > MAX_QUERIES)
    throw invalid(`MetricDataQueries must hold 1 to ${MAX_QUERIES} queries`);
  const start = number(input.StartTime, "StartTime") * 1_000;
  const end = number(input.EndTime, "EndTime") * 1_000;
  if (start >= end) throw invalid("StartTime must be before EndTime");
  const ascending = input.ScanBy === "TimestampAscending";

  const results = queries
    .filter((query: unknown) => !(isObject(query) && query.ReturnData === false))
    .map((query: unknown) => {
      if (!isObject(query) || !isObject(query.MetricStat) || !isObject(query.MetricStat.Metric)) {
        throw invalid("only MetricStat queries are answered here");
      }
      const { Metric: metric, Period, Stat } = query.MetricStat;
      if (query.MetricStat.Unit !== undefined) throw invalid("Unit is not supported here");
      const id = parseMetricId(text(metric, "Namespace"), metric);
      const found = store.find(id);
      const points = datapoints(
        found?.minutes ?? new Map(),
        parseStatistic(Stat),
        parsePeriod(Period) / 60,
        start,
        end,
      );
      if (!ascending) points.reverse();
      const forgotten = found?.forgottenUntil !== undefined && start <= found.forgottenUntil * MINUTE;
      return {
        Id: text(query, "Id"),
        Label: typeof query.Label === "string" ? query.Label : id.name,
        Timestamps: points.map(({ at }) => at / 1_000),
        Values: points.map(({ value }) => value),
        StatusCode: forgotten ? "PartialData" : "Complete",
      };
    });
  if (results.reduce((sum, { Values }) => sum + Values.length, 0) > MAX_DATAPOINTS) {
    throw invalid(`a call answers at most ${MAX_DATAPOINTS} datapoints`);
  }
  return { MetricDataResults: results, Messages: [] };
}

/** ListMetrics by namespace, name and dimensions (a filter without Value asks for the name only), 500 a page. */
export function listMetrics(store: MetricStore, input: JsonObject): JsonObject {
  const filters = (Array.isArray(input.Dimensions) ? input.Dimensions : []).filter(isObject);
  const matches = ({ id }: Metric) =>
    (input.Namespace === undefined || input.Namespace === id.namespace) &&
    (input.MetricName === undefined || input.MetricName === id.name) &&
    filters.every(({ Name, Value }) => {
      const value = id.dimensions[String(Name)];
      return value !== undefined && (Value === undefined || Value === value);
    });
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (!Number.isInteger(from) || from < 0)
    throw new ServiceError("InvalidNextToken", `no page ${input.NextToken}`);
  const found = store.all().filter(matches);
  return {
    Metrics: found.slice(from, from + PAGE).map(({ id }) => ({
      Namespace: id.namespace,
      MetricName: id.name,
      Dimensions: Object.entries(id.dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    ...(found.length > from + PAGE ? { NextToken: String(from + PAGE) } : {}),
  };
}

function datapoints(
  minutes: ReadonlyMap<number, MinuteBucket>,
  name: string,
  periodMinutes: number,
  start: number,
  end: number,
): { at: number; value: number }[] {
  const first = Math.floor(start / MINUTE);
  const periods = new Map<number, MinuteBucket[]>();
  for (const [minute, bucket] of [...minutes].sort(([a], [b]) => a - b)) {
    if (minute < first || minute * MINUTE >= end) continue;
    const period = minute - ((minute - first) % periodMinutes);
    periods.set(period, [...(periods.get(period) ?? []), bucket]);
  }
  return [...periods].flatMap(([period, buckets]) => {
    const value = statistic(name, buckets);
    return value === undefined ? [] : [{ at: period * MINUTE, value }];
  });
}
