import { alarmsOf } from "@bellwether/core/alarms";
import { METRICS, NAMESPACE } from "@bellwether/core/metrics";
import { CANARY_ALARM_PREFIX } from "@bellwether/core/topology";
import { describe, expect, it } from "vitest";

const alarms = alarmsOf(["bot", "shop"], { nova: { tokensPerMinute: 1_000 } });

describe("the metric registry", () => {
  it.each(Object.entries(METRICS))("%s has bounded dimensions and says what it is", (name, metric) => {
    expect(name).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    expect(metric.description.length).toBeGreaterThan(10);
    // The pipeline's own health is per function; product numbers never carry what an app can invent.
    const dimensions: readonly string[] = metric.dimensions;
    if (metric.publication === "emf") expect(dimensions).toEqual(["service"]);
    else for (const name of dimensions) expect(["app", "arm", "span", "detector", "kind"]).toContain(name);
  });
});

describe("the alarms", () => {
  it("have distinct names, and every app its doorbell", () => {
    expect(new Set(alarms.map(({ name }) => name)).size).toBe(alarms.length);
    for (const app of ["bot", "shop"]) {
      const doorbell = alarms.find(({ name }) => name === `${CANARY_ALARM_PREFIX}${app}`);
      expect(doorbell).toMatchObject({ metric: "CanaryVerdict", dimensions: { app }, threshold: 1 });
    }
    expect(alarmsOf([]).some(({ name }) => name.startsWith(CANARY_ALARM_PREFIX))).toBe(false);
  });

  it("tell people of every app whose calls lack prices for an hour, not of silence", () => {
    for (const app of ["bot", "shop"]) {
      const alarm = alarms.find(({ name }) => name === `bellwether-priced-share-${app}`);
      expect(alarm).toMatchObject({
        metric: "PricedShare",
        dimensions: { app },
        comparison: "LessThanThreshold",
        threshold: 0.99,
        treatMissingData: "ignore",
      });
      const { periodSeconds = 0, evaluationPeriods, datapointsToAlarm = 0 } = alarm ?? {};
      expect(periodSeconds * datapointsToAlarm).toBe(3_600);
      expect(evaluationPeriods).toBe(datapointsToAlarm);
    }
  });

  it("watch quotas where the configuration has any", () => {
    const quotaAlarm = (of: typeof alarms) => of.find(({ metric }) => metric === "QuotaUsed");
    expect(quotaAlarm(alarms)).toMatchObject({ threshold: 80, statistic: "Maximum", dimensions: {} });
    expect(quotaAlarm(alarmsOf(["bot"]))).toBeUndefined();
  });

  it.each(alarms)("$name looks at a registered metric with its dimensions", (alarm) => {
    const metric = METRICS[alarm.metric];
    expect(alarm.namespace).toBe(NAMESPACE);
    expect(Object.keys(alarm.dimensions)).toEqual([...metric.dimensions]);
  });

  it.each(alarms)("$name never sums a gauge that is 0 or 1", (alarm) => {
    if (alarm.metric === "CanaryVerdict" || alarm.metric === "CanaryEvidence")
      expect(["Average", "Maximum"]).toContain(alarm.statistic);
    // CloudWatch: 10, 20, 30 or a multiple of 60 seconds, over at most a day; M of N with M ≤ N.
    expect(alarm.periodSeconds % 60).toBe(0);
    expect(alarm.periodSeconds * alarm.evaluationPeriods).toBeLessThanOrEqual(86_400);
    expect(alarm.datapointsToAlarm).toBeLessThanOrEqual(alarm.evaluationPeriods);
  });

  it("take silence of the detector for trouble, and silence of a verdict for no verdict", () => {
    const missing = new Map(alarms.map(({ metric, treatMissingData }) => [metric, treatMissingData]));
    expect(missing.get("DetectorTicks")).toBe("breaching");
    expect(missing.get("CanaryVerdict")).toBe("ignore");
    expect(missing.get("JudgeFailed")).toBe("notBreaching");
  });
});
