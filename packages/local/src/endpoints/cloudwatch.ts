import type { VirtualClock } from "../clock.ts";
import { alarmArn, type Datapoint, type StateDetail, stateChangeEvent, stateDetail } from "./alarm-event.ts";
import { createTimeline } from "./alarm-timeline.ts";
import { type AlarmState, evaluateAlarm, evaluationRange } from "./cloudwatch-alarm.ts";
import { parseEmf } from "./cloudwatch-emf.ts";
import { type AlarmConfig, parseAlarm, parseMetricData } from "./cloudwatch-input.ts";
import { getMetricData, listMetrics } from "./cloudwatch-queries.ts";
import { deterministicId, type Endpoint } from "./endpoint.ts";
import type { BusEvent } from "./event-bridge.ts";
import { type JsonObject, ServiceError, startJsonService } from "./json-service.ts";
import { createMetricStore, MINUTE, type MinuteBucket, percentileOf, statistic } from "./metric-store.ts";

interface AlarmTransition {
  readonly name: string;
  /** Virtual time, ms. */
  readonly at: number;
  readonly state: AlarmState;
  readonly previous: AlarmState;
}

export interface CloudWatchOptions {
  readonly clock: VirtualClock;
  /** Called once per transition with the event for the default bus; `evaluate` waits for it. */
  readonly onStateChange: (event: BusEvent) => void | Promise<void>;
}

export interface CloudWatch extends Endpoint {
  /** PutMetricData in process: `data` in the wire's shape; throws ServiceError. */
  put(namespace: string, ...data: readonly JsonObject[]): void;
  /** PutMetricAlarm in process: `input` in the wire's shape; throws ServiceError. */
  putAlarm(input: JsonObject): void;
  /** Publishes the metrics of an embedded-metric-format line at virtual time `at` (ms, default now); false when the line is none. */
  ingestEmf(line: string, at?: number): boolean;
  /** Evaluates every alarm once over the minutes complete at `now` (ms); to be called each virtual minute. */
  evaluate(now: number): Promise<void>;
  /** Tells that the runner jumps over idle time [from, to) ms; spans come in order. */
  skip(from: number, to: number): void;
  readonly history: readonly AlarmTransition[];
}

interface Alarm {
  readonly config: AlarmConfig;
  readonly input: JsonObject;
  readonly updatedAt: number;
  state: StateDetail;
}

/** Starts a CloudWatch endpoint (AWS JSON 1.0): metrics, and alarms that are evaluated when told to. */
export async function startCloudWatch({ clock, onStateChange }: CloudWatchOptions): Promise<CloudWatch> {
  const store = createMetricStore();
  const timeline = createTimeline();
  const alarms = new Map<string, Alarm>();
  const history: AlarmTransition[] = [];

  const putMetricData = (input: JsonObject): JsonObject => {
    for (const { id, at, samples } of parseMetricData(input, clock.now())) {
      for (const sample of samples) store.add(id, at, sample);
    }
    return {};
  };

  const putMetricAlarm = (input: JsonObject): JsonObject => {
    const config = parseAlarm(input);
    const created = {
      value: "INSUFFICIENT_DATA",
      reason: "Unchecked: alarm created",
      reasonData: undefined,
      at: clock.now(),
    } as const;
    const state = alarms.get(config.name)?.state ?? created;
    alarms.set(config.name, { config, input, updatedAt: clock.now(), state });
    store.keep((evaluationRange(config.evaluationPeriods) * config.periodSeconds) / 60);
    return {};
  };

  const describeAlarms = (input: JsonObject): JsonObject => {
    const { AlarmNames: names, AlarmNamePrefix: prefix = "", StateValue: wanted } = input;
    const selected = [...alarms.values()].filter(
      ({ config, state }) =>
        (!Array.isArray(names) || names.includes(config.name)) &&
        config.name.startsWith(String(prefix)) &&
        (wanted === undefined || wanted === state.value),
    );
    return { MetricAlarms: selected.map(describe), CompositeAlarms: [] };
  };

  const ingestEmf = (line: string, at = clock.now()): boolean => {
    const parsed = parseEmf(line);
    if (parsed === undefined) return false;
    let errors = parsed.errors;
    for (const { namespace, datum } of parsed.metrics) {
      try {
        putMetricData({ Namespace: namespace, MetricData: [{ ...datum, Timestamp: at / 1_000 }] });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        errors += 1;
      }
    }
    // Where CloudWatch itself reports what it could not extract.
    const refused = { namespace: "AWS/Logs", name: "EMFValidationErrors", dimensions: {} };
    if (errors > 0) store.add(refused, at, { count: 1, sum: errors, minimum: errors, maximum: errors });
    return true;
  };

  const evaluateOne = async (alarm: Alarm, now: number): Promise<void> => {
    const { config, state: previous } = alarm;
    const minutes = store.find(config.metric)?.minutes ?? new Map<number, MinuteBucket>();
    if (minutes.size === 0 && keepsWithoutData(config, previous.value)) return;
    const periodMinutes = config.periodSeconds / 60;
    const periods = evaluationRange(config.evaluationPeriods);
    const newestFirst = timeline.latest(now, periods * periodMinutes, minutes.keys());
    const bucketsOf = (span: readonly number[]) => span.flatMap((minute) => minutes.get(minute) ?? []);
    if (tooFewSamples(config, bucketsOf(newestFirst.slice(0, config.evaluationPeriods * periodMinutes))))
      return;

    const range = Array.from({ length: periods }, (_, i): Datapoint => {
      const span = newestFirst.slice(i * periodMinutes, (i + 1) * periodMinutes);
      return { at: (span.at(-1) as number) * MINUTE, value: statistic(config.statistic, bucketsOf(span)) };
    }).reverse();
    const values = range.map(({ value }) => value);
    const value = evaluateAlarm(config, values, previous.value);
    if (value === previous.value) return;
    alarm.state = stateDetail(value, config, range, now);
    history.push({ name: config.name, at: now, state: value, previous: previous.value });
    await onStateChange(
      stateChangeEvent(deterministicId("alarm", history.length), config, alarm.state, previous),
    );
  };

  const endpoint = await startJsonService({
    target: "GraniteServiceVersion20100801",
    version: "1.0",
    operations: {
      PutMetricData: putMetricData,
      PutMetricAlarm: putMetricAlarm,
      DescribeAlarms: describeAlarms,
      GetMetricData: (input) => getMetricData(store, input),
      ListMetrics: (input) => listMetrics(store, input),
    },
  });
  return {
    ...endpoint,
    put: (namespace, ...data) => void putMetricData({ Namespace: namespace, MetricData: data }),
    putAlarm: (input) => void putMetricAlarm(input),
    ingestEmf,
    evaluate: async (now) => {
      for (const alarm of alarms.values()) await evaluateOne(alarm, now);
    },
    skip: timeline.skip,
    history,
  };
}

/** Whether a range without any data leaves the state as it is; most metrics of what went wrong never have any. */
const keepsWithoutData = ({ treatMissingData }: AlarmConfig, state: AlarmState): boolean =>
  treatMissingData === "ignore" || (treatMissingData === "notBreaching" && state === "OK");

/** EvaluateLowSampleCountPercentile = ignore: fewer than 10/(1−p) samples for p ≥ 0.5, 10/p below (CloudWatch guide). */
function tooFewSamples(config: AlarmConfig, buckets: readonly MinuteBucket[]): boolean {
  const percent = percentileOf(config.statistic);
  if (percent === undefined || config.lowSamplePercentile === "evaluate") return false;
  const samples = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  return samples * (percent >= 50 ? 100 - percent : percent) < 10 * 100;
}

function describe({ config, input, updatedAt, state }: Alarm): JsonObject {
  return {
    ...input,
    AlarmArn: alarmArn(config.name),
    AlarmConfigurationUpdatedTimestamp: updatedAt / 1_000,
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData === undefined ? {} : { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: state.at / 1_000,
  };
}
