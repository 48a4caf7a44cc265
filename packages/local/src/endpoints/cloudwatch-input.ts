import type { AlarmThreshold, ComparisonOperator, TreatMissingData } from "./cloudwatch-alarm.ts";
import { isObject, type JsonObject, ServiceError } from "./json-service.ts";
import { type MetricId, percentileOf, type Sample } from "./metric-store.ts";

/** A datum of PutMetricData: the samples of one metric at one time (ms). */
export interface Datum {
  readonly id: MetricId;
  readonly at: number;
  readonly samples: readonly Sample[];
}

export interface AlarmConfig extends AlarmThreshold {
  readonly name: string;
  readonly description: string | undefined;
  readonly metric: MetricId;
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly lowSamplePercentile: "evaluate" | "ignore";
}

/** PutMetricData limits (CloudWatch API reference): metrics per call, unique values, dimensions, magnitude, time window. */
const MAX_METRICS = 1_000;
const MAX_VALUES = 150;
const MAX_DIMENSIONS = 30;
const MAX_MAGNITUDE = 2 ** 360;
const PAST_MS = 14 * 86_400_000;
const FUTURE_MS = 2 * 3_600_000;
const MAX_ALARM_SECONDS = 86_400;
const STATISTICS = ["Average", "Sum", "Minimum", "Maximum", "SampleCount"];
const COMPARISONS: readonly ComparisonOperator[] = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
];
const TREATMENTS: readonly TreatMissingData[] = ["missing", "ignore", "breaching", "notBreaching"];

/** Reads a PutMetricData input at virtual time `now` (ms); throws ServiceError, and then nothing of the call counts. */
export function parseMetricData(input: JsonObject, now: number): readonly Datum[] {
  const namespace = text(input, "Namespace");
  if (namespace.length > 255 || namespace.startsWith("AWS/"))
    throw invalid(`Namespace ${namespace} is not allowed`);
  const data = Array.isArray(input.MetricData) ? input.MetricData : [];
  if (data.length > MAX_METRICS)
    throw invalid(`MetricData must hold at most ${MAX_METRICS} metrics, got ${data.length}`);
  return data.map((datum: unknown) => {
    if (!isObject(datum)) throw invalid("MetricData must hold objects");
    const at = datum.Timestamp === undefined ? now : number(datum.Timestamp, "Timestamp") * 1_000;
    if (at < now - PAST_MS || at > now + FUTURE_MS)
      throw invalid("Timestamp must be within two weeks past and two hours ahead");
    if (
      datum.StorageResolution !== undefined &&
      datum.StorageResolution !== 1 &&
      datum.StorageResolution !== 60
    ) {
      throw invalid("StorageResolution must be 1 or 60");
    }
    return { id: parseMetricId(namespace, datum), at, samples: parseSamples(datum) };
  });
}

function parseSamples(datum: JsonObject): readonly Sample[] {
  const { Value: value, Values: values, Counts: counts, StatisticValues: set } = datum;
  if ([value, values, set].filter((given) => given !== undefined).length !== 1) {
    throw new ServiceError(
      "InvalidParameterCombinationException",
      "give exactly one of Value, Values and StatisticValues",
    );
  }
  if (isObject(set)) {
    const sample = {
      count: magnitude(set.SampleCount, "SampleCount"),
      sum: magnitude(set.Sum, "Sum"),
      minimum: magnitude(set.Minimum, "Minimum"),
      maximum: magnitude(set.Maximum, "Maximum"),
    };
    if (sample.count <= 0 || sample.minimum > sample.maximum)
      throw invalid("StatisticValues contradict each other");
    return [sample];
  }
  const list: readonly unknown[] = Array.isArray(values) ? values : [value];
  const weights: readonly unknown[] = Array.isArray(counts) ? counts : list.map(() => 1);
  if (list.length < 1 || list.length > MAX_VALUES)
    throw invalid(`Values must hold 1 to ${MAX_VALUES} values`);
  if (weights.length !== list.length) throw invalid("Values and Counts must be of one length");
  return list.map((each, i) => {
    const point = magnitude(each, "Value");
    const count = magnitude(weights[i], "Counts");
    if (count <= 0) throw invalid("Counts must be positive");
    return { count, sum: point * count, minimum: point, maximum: point };
  });
}

/** Reads namespace, MetricName and Dimensions of a datum, an alarm or a query; throws ServiceError. */
export function parseMetricId(namespace: string, input: JsonObject): MetricId {
  const given = Array.isArray(input.Dimensions) ? input.Dimensions : [];
  if (given.length > MAX_DIMENSIONS) throw invalid(`Dimensions must hold at most ${MAX_DIMENSIONS} entries`);
  const pairs = given.map((dimension: unknown) => {
    if (!isObject(dimension)) throw invalid("Dimensions must hold objects");
    return [text(dimension, "Name"), text(dimension, "Value")] as const;
  });
  const dimensions = Object.fromEntries(pairs);
  if (Object.keys(dimensions).length !== pairs.length) throw invalid("a dimension name is given twice");
  return { namespace, name: text(input, "MetricName"), dimensions };
}

/** Reads a statistic name; throws ServiceError when it is none that is computed here. */
export function parseStatistic(name: unknown): string {
  if (typeof name === "string" && (STATISTICS.includes(name) || percentileOf(name) !== undefined))
    return name;
  throw invalid(`statistic ${name} is not supported here`);
}

/** Reads a period in seconds; throws ServiceError unless it is a multiple of 60. */
export function parsePeriod(value: unknown): number {
  const seconds = number(value, "Period");
  if (seconds < 60 || seconds % 60 !== 0)
    throw invalid(`Period must be a multiple of 60 here, got ${seconds}`);
  return seconds;
}

/** Reads a PutMetricAlarm input for a single metric; throws ServiceError, also on what is not simulated here. */
export function parseAlarm(input: JsonObject): AlarmConfig {
  for (const unsupported of ["Metrics", "ThresholdMetricId", "Unit", "EvaluationCriteria"]) {
    if (input[unsupported] !== undefined) throw invalid(`${unsupported} is not supported here`);
  }
  const evaluationPeriods = count(input.EvaluationPeriods, "EvaluationPeriods");
  const datapointsToAlarm =
    input.DatapointsToAlarm === undefined
      ? evaluationPeriods
      : count(input.DatapointsToAlarm, "DatapointsToAlarm");
  if (datapointsToAlarm > evaluationPeriods)
    throw invalid("DatapointsToAlarm must not exceed EvaluationPeriods");
  const periodSeconds = parsePeriod(input.Period);
  if (periodSeconds * evaluationPeriods > MAX_ALARM_SECONDS)
    throw invalid("Period × EvaluationPeriods must not exceed a day here");
  if ((input.Statistic === undefined) === (input.ExtendedStatistic === undefined)) {
    throw new ServiceError(
      "InvalidParameterCombinationException",
      "give exactly one of Statistic and ExtendedStatistic",
    );
  }
  return {
    name: text(input, "AlarmName"),
    description: typeof input.AlarmDescription === "string" ? input.AlarmDescription : undefined,
    metric: parseMetricId(text(input, "Namespace"), input),
    statistic: parseStatistic(input.Statistic ?? input.ExtendedStatistic),
    periodSeconds,
    evaluationPeriods,
    datapointsToAlarm,
    threshold: number(input.Threshold, "Threshold"),
    comparisonOperator: oneOf(COMPARISONS, input.ComparisonOperator, "ComparisonOperator"),
    treatMissingData: oneOf(TREATMENTS, input.TreatMissingData ?? "missing", "TreatMissingData"),
    lowSamplePercentile: oneOf(
      ["evaluate", "ignore"] as const,
      input.EvaluateLowSampleCountPercentile ?? "evaluate",
      "EvaluateLowSampleCountPercentile",
    ),
  };
}

/** Reads a required number; throws ServiceError on anything else, NaN and Infinity (which the SDK sends as text) included. */
export function number(value: unknown, name: string): number {
  if (value === undefined) throw new ServiceError("MissingRequiredParameterException", `${name} is required`);
  if (typeof value !== "number" || !Number.isFinite(value)) throw invalid(`${name} ${value} is not a number`);
  return value;
}

/** Reads a required, non-empty text; throws ServiceError. */
export function text(input: JsonObject, name: string): string {
  const value = input[name];
  if (value === undefined) throw new ServiceError("MissingRequiredParameterException", `${name} is required`);
  if (typeof value !== "string" || value === "") throw invalid(`${name} must be a non-empty string`);
  return value;
}

/** A refusal of a parameter's value. */
export function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterValueException", message);
}

function magnitude(value: unknown, name: string): number {
  const parsed = number(value, name);
  if (Math.abs(parsed) > MAX_MAGNITUDE) throw invalid(`${name} ${value} is beyond ±2^360`);
  return parsed;
}

function count(value: unknown, name: string): number {
  const parsed = number(value, name);
  if (!Number.isInteger(parsed) || parsed < 1) throw invalid(`${name} must be a positive integer`);
  return parsed;
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown, name: string): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw invalid(`${name} ${value} is not supported here`);
  return found;
}
