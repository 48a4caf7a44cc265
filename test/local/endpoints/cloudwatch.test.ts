import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { createClock } from "@bellwether/local/clock";
import { startCloudWatch } from "@bellwether/local/endpoints/cloudwatch";
import type { BusEvent } from "@bellwether/local/endpoints/event-bridge";
import { afterEach, describe, expect, it } from "vitest";

const START = Date.parse("2026-11-21T17:00:00Z");
const MINUTE = 60_000;
const running: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});

async function start() {
  const clock = createClock(START);
  const events: BusEvent[] = [];
  const cloudwatch = await startCloudWatch({ clock, onStateChange: (event) => void events.push(event) });
  const client = new CloudWatchClient({
    endpoint: cloudwatch.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  running.push({ stop: () => client.destroy() }, cloudwatch);
  const putData = (...MetricData: MetricDatum[]) =>
    client.send(new PutMetricDataCommand({ Namespace: "Bellwether", MetricData }));
  const read = async (Stat: string, minutes = 60, Period = 60) => {
    const answer = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(START),
        EndTime: new Date(START + minutes * MINUTE),
        ScanBy: "TimestampAscending",
        MetricDataQueries: [
          {
            Id: "q",
            MetricStat: {
              Metric: {
                Namespace: "Bellwether",
                MetricName: "m",
                Dimensions: [{ Name: "app", Value: "bot" }],
              },
              Period,
              Stat,
            },
          },
        ],
      }),
    );
    return answer.MetricDataResults?.[0];
  };
  return { clock, events, cloudwatch, client, putData, read };
}

const m = { MetricName: "m", Dimensions: [{ Name: "app", Value: "bot" }] };
const alarm: PutMetricAlarmCommandInput = {
  AlarmName: "bellwether-canary-bot",
  AlarmDescription: "the canary is in breach",
  Namespace: "Bellwether",
  ...m,
  Statistic: "Maximum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: "GreaterThanOrEqualToThreshold",
  TreatMissingData: "notBreaching",
};

describe("PutMetricData and GetMetricData", () => {
  it("takes values, weighted values and statistic sets, and gives every statistic back", async () => {
    const { putData, read, cloudwatch } = await start();
    await putData(
      { ...m, Value: 1, Timestamp: new Date(START) },
      { ...m, Values: [2, 5], Counts: [3, 1], Timestamp: new Date(START + 30_000) },
      {
        ...m,
        StatisticValues: { SampleCount: 4, Sum: 20, Minimum: 3, Maximum: 9 },
        Timestamp: new Date(START + 5 * MINUTE),
      },
    );
    expect(await read("Sum")).toMatchObject({
      Values: [12, 20],
      Timestamps: [new Date(START), new Date(START + 5 * MINUTE)],
    });
    expect((await read("Average"))?.Values).toEqual([2.4, 5]);
    expect((await read("SampleCount"))?.Values).toEqual([5, 4]);
    expect((await read("Maximum"))?.Values).toEqual([5, 9]);
    expect((await read("p80"))?.Values).toEqual([2]);
    expect((await read("Sum", 60, 600))?.Values).toEqual([32]);
    expect((await read("Sum", 5))?.Values).toEqual([12]);
    expect(cloudwatch.calls).toEqual({ PutMetricData: 1, GetMetricData: 7 });
  });

  it("unpacks the gzip of a large call and stamps the virtual time", async () => {
    const { putData, read, clock } = await start();
    clock.set(START + 3 * MINUTE);
    await putData(...Array.from({ length: 500 }, (_, i) => ({ ...m, Value: i })));
    expect(await read("SampleCount")).toMatchObject({
      Values: [500],
      Timestamps: [new Date(START + 3 * MINUTE)],
      StatusCode: "Complete",
    });
  });

  it.each<[string, MetricDatum[]]>([
    ["NaN", [{ ...m, Value: Number.NaN }]],
    ["Infinity", [{ ...m, Value: Number.POSITIVE_INFINITY }]],
    ["a value beyond 2^360", [{ ...m, Value: 2 ** 361 }]],
    ["more than 1000 metrics", Array.from({ length: 1_001 }, () => ({ ...m, Value: 1 }))],
    ["a timestamp older than two weeks", [{ ...m, Value: 1, Timestamp: new Date(START - 15 * 86_400_000) }]],
    ["a timestamp three hours ahead", [{ ...m, Value: 1, Timestamp: new Date(START + 3 * 3_600_000) }]],
    ["more than 150 values", [{ ...m, Values: Array.from({ length: 151 }, (_, i) => i) }]],
    ["Counts of another length", [{ ...m, Values: [1, 2], Counts: [1] }]],
    ["no value", [m]],
    ["two kinds of value", [{ ...m, Value: 1, Values: [1] }]],
    [
      "31 dimensions",
      [
        {
          MetricName: "m",
          Value: 1,
          Dimensions: Array.from({ length: 31 }, (_, i) => ({ Name: `d${i}`, Value: "v" })),
        },
      ],
    ],
    ["an empty dimension value", [{ MetricName: "m", Value: 1, Dimensions: [{ Name: "app", Value: "" }] }]],
  ])("refuses %s, and then nothing of the call counts", async (_name, data) => {
    const { putData, client } = await start();
    await expect(putData({ ...m, Value: 7 }, ...data)).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameter/),
    });
    expect((await client.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
  });

  it("refuses the namespaces of AWS", async () => {
    const { client } = await start();
    const sent = client.send(
      new PutMetricDataCommand({ Namespace: "AWS/Lambda", MetricData: [{ ...m, Value: 1 }] }),
    );
    await expect(sent).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  });

  it("refuses an expression rather than answering something else", async () => {
    const { client } = await start();
    const query = {
      StartTime: new Date(START),
      EndTime: new Date(START + 1),
      MetricDataQueries: [{ Id: "e", Expression: "1" }],
    };
    await expect(client.send(new GetMetricDataCommand(query))).rejects.toThrow("MetricStat");
  });

  it("says when a part of the asked time is forgotten", async () => {
    const { cloudwatch, read, clock } = await start();
    for (let i = 0; i < 200; i++) {
      clock.set(START + i * MINUTE);
      cloudwatch.put("Bellwether", { ...m, Value: 1 });
    }
    const answer = await read("Sum", 200);
    expect(answer?.Values).toHaveLength(180);
    expect(answer?.StatusCode).toBe("PartialData");
  });

  it("lists metrics by namespace, name and dimension, 500 a page", async () => {
    const { cloudwatch, client } = await start();
    for (let i = 0; i < 501; i++) cloudwatch.put("Bellwether", { MetricName: `n${i}`, Value: 1 });
    cloudwatch.put("Other", { ...m, Value: 1 });
    const first = await client.send(new ListMetricsCommand({ Namespace: "Bellwether" }));
    expect(first.Metrics).toHaveLength(500);
    const second = await client.send(
      new ListMetricsCommand({ Namespace: "Bellwether", NextToken: first.NextToken }),
    );
    expect(second).toMatchObject({ Metrics: [{ MetricName: "n500" }] });
    expect(second.NextToken).toBeUndefined();
    const filtered = await client.send(new ListMetricsCommand({ Dimensions: [{ Name: "app" }] }));
    expect(filtered.Metrics).toEqual([{ Namespace: "Other", ...m }]);
  });

  it("takes EMF lines, counting what CloudWatch would refuse where CloudWatch counts it", async () => {
    const { cloudwatch, read, client } = await start();
    const emf = (value: unknown) =>
      JSON.stringify({
        _aws: {
          Timestamp: 1,
          CloudWatchMetrics: [{ Namespace: "Bellwether", Dimensions: [["app"]], Metrics: [{ Name: "m" }] }],
        },
        app: "bot",
        m: value,
      });
    expect(cloudwatch.ingestEmf(emf(4), START + 2 * MINUTE)).toBe(true);
    expect(cloudwatch.ingestEmf(emf([1, 2]))).toBe(true);
    expect(cloudwatch.ingestEmf("INFO nothing to see")).toBe(false);
    expect(await read("Sum")).toMatchObject({
      Values: [3, 4],
      Timestamps: [new Date(START), new Date(START + 2 * MINUTE)],
    });
    expect(cloudwatch.ingestEmf(emf("text"))).toBe(true);
    const listed = await client.send(new ListMetricsCommand({ Namespace: "AWS/Logs" }));
    expect(listed.Metrics).toEqual([
      { Namespace: "AWS/Logs", MetricName: "EMFValidationErrors", Dimensions: [] },
    ]);
  });
});

describe("an alarm", () => {
  it("rings once, with the event EventBridge gets", async () => {
    const { cloudwatch, client, clock, events } = await start();
    await client.send(new PutMetricAlarmCommand(alarm));
    cloudwatch.put("Bellwether", { ...m, Value: 0 });
    clock.set(START + MINUTE);
    await cloudwatch.evaluate(clock.now());
    cloudwatch.put("Bellwether", { ...m, Value: 1 });
    for (const minute of [2, 3]) {
      clock.set(START + minute * MINUTE + 989);
      await cloudwatch.evaluate(clock.now());
      cloudwatch.put("Bellwether", { ...m, Value: 1 });
    }
    expect(cloudwatch.history).toEqual([
      { name: alarm.AlarmName, at: START + MINUTE, state: "OK", previous: "INSUFFICIENT_DATA" },
      { name: alarm.AlarmName, at: START + 2 * MINUTE + 989, state: "ALARM", previous: "OK" },
    ]);
    expect(events).toHaveLength(2);
    expect(events[1]).toEqual({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "CloudWatch Alarm State Change",
      source: "aws.cloudwatch",
      account: "000000000000",
      time: "2026-11-21T17:02:00Z",
      region: "us-east-1",
      resources: ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:bellwether-canary-bot"],
      detail: {
        alarmName: "bellwether-canary-bot",
        state: {
          value: "ALARM",
          reason: expect.any(String),
          reasonData: expect.any(String),
          timestamp: "2026-11-21T17:02:00.989+0000",
        },
        previousState: {
          value: "OK",
          reason: expect.any(String),
          reasonData: expect.any(String),
          timestamp: "2026-11-21T17:01:00.000+0000",
        },
        configuration: {
          description: "the canary is in breach",
          metrics: [
            {
              id: "m1",
              metricStat: {
                metric: { namespace: "Bellwether", name: "m", dimensions: { app: "bot" } },
                period: 60,
                stat: "Maximum",
              },
              returnData: true,
            },
          ],
        },
      },
    });
    const state = events[1]?.detail.state as { reasonData: string };
    expect(JSON.parse(state.reasonData)).toEqual({
      version: "1.0",
      queryDate: "2026-11-21T17:02:00.989+0000",
      startDate: "2026-11-21T16:59:00.000+0000",
      statistic: "Maximum",
      period: 60,
      recentDatapoints: [1],
      threshold: 1,
      evaluatedDatapoints: [
        { timestamp: "2026-11-21T17:01:00.000+0000", value: 1 },
        { timestamp: "2026-11-21T17:00:00.000+0000", value: 0 },
        { timestamp: "2026-11-21T16:59:00.000+0000" },
      ],
    });
  });

  it("is described with its state, and keeps the state when its configuration is overwritten", async () => {
    const { cloudwatch, client, clock } = await start();
    cloudwatch.putAlarm({ ...alarm });
    cloudwatch.putAlarm({ ...alarm, AlarmName: "other" });
    cloudwatch.put("Bellwether", { ...m, Value: 1 });
    clock.set(START + MINUTE);
    await cloudwatch.evaluate(clock.now());
    await client.send(new PutMetricAlarmCommand({ ...alarm, Threshold: 5 }));
    const named = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: "bellwether-canary-" }));
    expect(named.MetricAlarms).toEqual([
      expect.objectContaining({
        AlarmName: alarm.AlarmName,
        StateValue: "ALARM",
        Threshold: 5,
        StateUpdatedTimestamp: new Date(START + MINUTE),
      }),
    ]);
    const ok = await client.send(new DescribeAlarmsCommand({ StateValue: "OK" }));
    expect(ok.MetricAlarms).toEqual([]);
    clock.set(START + 2 * MINUTE);
    await cloudwatch.evaluate(clock.now());
    expect(cloudwatch.history.at(-1)).toMatchObject({ state: "OK", previous: "ALARM" });
  });

  it("slides a period of several minutes minute by minute", async () => {
    const { cloudwatch, clock } = await start();
    cloudwatch.putAlarm({ ...alarm, Statistic: "Sum", Period: 300, Threshold: 3 });
    for (let i = 0; i < 12; i++) {
      clock.set(START + i * MINUTE);
      await cloudwatch.evaluate(clock.now());
      cloudwatch.put("Bellwether", { ...m, Value: i >= 3 && i <= 5 ? 1 : 0 });
    }
    expect(cloudwatch.history.map(({ at, state }) => [(at - START) / MINUTE, state])).toEqual([
      [0, "OK"],
      [6, "ALARM"],
      [9, "OK"],
    ]);
  });

  it("counts M of N", async () => {
    const { cloudwatch, clock } = await start();
    cloudwatch.putAlarm({ ...alarm, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    for (const [i, Value] of [0, 1, 0, 1, 0, 0, 0].entries()) {
      clock.set(START + i * MINUTE);
      cloudwatch.put("Bellwether", { ...m, Value });
      await cloudwatch.evaluate(clock.now() + MINUTE);
    }
    expect(cloudwatch.history.map(({ at, state }) => [(at - START) / MINUTE, state])).toEqual([
      [1, "OK"],
      [4, "ALARM"],
      [5, "OK"],
    ]);
  });

  it("does not take skipped idle time for missing data", async () => {
    const run = async (skips: boolean) => {
      const { cloudwatch, clock } = await start();
      cloudwatch.putAlarm({ ...alarm, TreatMissingData: "missing" });
      cloudwatch.put("Bellwether", { ...m, Value: 1 });
      await cloudwatch.evaluate(START + MINUTE);
      if (skips) cloudwatch.skip(START + MINUTE, START + 600 * MINUTE);
      clock.set(START + 600 * MINUTE);
      await cloudwatch.evaluate(clock.now());
      return cloudwatch.history.map(({ state }) => state);
    };
    expect(await run(true)).toEqual(["ALARM"]);
    expect(await run(false)).toEqual(["ALARM", "INSUFFICIENT_DATA"]);
  });

  it("keeps its state while a percentile has too few samples, if told to", async () => {
    const percentile = { ...alarm, Statistic: undefined, ExtendedStatistic: "p90", Threshold: 5 };
    const run = async (EvaluateLowSampleCountPercentile: string, samples: number) => {
      const { cloudwatch } = await start();
      cloudwatch.putAlarm({ ...percentile, EvaluateLowSampleCountPercentile });
      cloudwatch.put("Bellwether", { ...m, Values: [9], Counts: [samples] });
      await cloudwatch.evaluate(START + MINUTE);
      return cloudwatch.history.map(({ state }) => state);
    };
    expect(await run("ignore", 99)).toEqual([]);
    expect(await run("ignore", 100)).toEqual(["ALARM"]);
    expect(await run("evaluate", 1)).toEqual(["ALARM"]);
  });

  it.each<[string, object]>([
    ["metric math", { Metrics: [] }],
    ["a unit", { Unit: "Count" }],
    ["a period below a minute", { Period: 10 }],
    ["more than a day", { Period: 3600, EvaluationPeriods: 25 }],
    ["M above N", { DatapointsToAlarm: 2 }],
    ["anomaly detection", { ComparisonOperator: "GreaterThanUpperThreshold" }],
    ["an unknown statistic", { Statistic: undefined, ExtendedStatistic: "tm90" }],
    ["two statistics", { ExtendedStatistic: "p90" }],
    ["no threshold", { Threshold: undefined }],
  ])("refuses %s instead of simulating something else", async (_name, change) => {
    const { client } = await start();
    const sent = client.send(new PutMetricAlarmCommand({ ...alarm, ...change }));
    await expect(sent).rejects.toMatchObject({ name: expect.stringMatching(/Parameter/) });
  });

  it("passes on the failure of a delivery", async () => {
    const broken = await startCloudWatch({
      clock: createClock(START),
      onStateChange: () => Promise.reject(new Error("bus is gone")),
    });
    running.push(broken);
    broken.putAlarm({ ...alarm });
    broken.put("Bellwether", { ...m, Value: 1 });
    await expect(broken.evaluate(START + MINUTE)).rejects.toThrow("bus is gone");
  });
});
