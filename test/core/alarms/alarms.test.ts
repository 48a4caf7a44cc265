import { readFileSync } from "node:fs";
import { alarmsOf } from "@bellwether/core/alarms";
import { AWS_METRICS } from "@bellwether/core/alarms/aws-metrics";
import { type AlarmSpec, alarmDescription } from "@bellwether/core/alarms/spec";
import { parseConfig } from "@bellwether/core/config/config";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { METRICS, NAMESPACE } from "@bellwether/core/metrics";
import {
  CANARY_ALARM_PREFIX,
  DEAD_LETTERS,
  FUNCTIONS,
  QUEUES,
  SCHEDULES,
  TABLES,
} from "@bellwether/core/topology";
import { describe, expect, it } from "vitest";
import { everythingFor } from "../../support/alarm-config.ts";

const alarms = alarmsOf(everythingFor("bot", "shop"));
const byName = new Map(alarms.map((alarm) => [alarm.name, alarm]));
const names = (of: readonly AlarmSpec[]) => of.map(({ name }) => name);
const watching = (metric: AlarmSpec["metric"]) => alarms.filter((alarm) => alarm.metric === metric);

describe("the alarms of a stage", () => {
  it("have distinct names, and every app its doorbell", () => {
    expect(byName.size).toBe(alarms.length);
    for (const app of ["bot", "shop"]) {
      const doorbell = { metric: "CanaryVerdict", dimensions: { app }, threshold: 1, severity: "note" };
      expect(byName.get(`${CANARY_ALARM_PREFIX}${app}`)).toMatchObject(doorbell);
    }
    expect(names(alarmsOf(parseConfig({}))).some((name) => name.startsWith(CANARY_ALARM_PREFIX))).toBe(false);
  });

  it("have names of their own for an app that is called like a function", () => {
    const all = names(
      alarmsOf(everythingFor(...new Set([...Object.keys(FUNCTIONS), ...Object.keys(QUEUES)]))),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it("watch every function, queue, dead-letter queue and table", () => {
    expect(watching("Errors")).toHaveLength(Object.keys(FUNCTIONS).length);
    expect(watching("Throttles")).toHaveLength(Object.keys(FUNCTIONS).length);
    expect(watching("ApproximateAgeOfOldestMessage")).toHaveLength(Object.keys(QUEUES).length);
    expect(watching("ApproximateNumberOfMessagesVisible")).toHaveLength(
      Object.keys(QUEUES).length + Object.keys(DEAD_LETTERS).length,
    );
    expect(watching("ReadThrottleEvents")).toHaveLength(Object.keys(TABLES).length);
    expect(watching("WriteThrottleEvents")).toHaveLength(Object.keys(TABLES).length);
  });

  it("watch what the configuration asks for, and nothing that has nothing to do", () => {
    const plain = alarmsOf(parseConfig({ apps: ["bot"] }));
    const more = alarmsOf(everythingFor("bot"));
    expect(names(more).filter((name) => !names(plain).includes(name))).toEqual([
      "bellwether-bound-quality-bot",
      "bellwether-bound-errors-bot",
      "bellwether-bound-guardrails-bot",
      "bellwether-bound-negative-feedback-bot",
      "bellwether-bound-latency-bot",
      "bellwether-pace-silent",
      "bellwether-sentinel-silent",
      "bellwether-quota-nearly-used",
      "bellwether-errors-pace",
      "bellwether-throttles-pace",
      "bellwether-errors-sentinel",
      "bellwether-throttles-sentinel",
    ]);
    expect(names(plain).filter((name) => !names(more).includes(name))).toEqual([]);
  });

  it("refuse bounds of an app that nothing is measured of", () => {
    expect(() => parseConfig({ apps: ["bot"], alarms: { bto: { qualityFloor: 0.7 } } })).toThrow(
      "config: alarms.bto: is not listed in apps",
    );
    expect(() => parseConfig({ apps: ["bot"], alarms: { bot: { qualityFlor: 0.7 } } })).toThrow("alarms.bot");
  });
});

describe.each(alarms)("$name", (alarm) => {
  it("looks at a metric that exists, with exactly its dimensions", () => {
    const dimensions = Object.keys(alarm.dimensions);
    if (alarm.namespace === NAMESPACE) expect(dimensions).toEqual([...METRICS[alarm.metric].dimensions]);
    else {
      expect(dimensions).toEqual([...AWS_METRICS[alarm.namespace].dimensions]);
      expect(AWS_METRICS[alarm.namespace].metrics).toContain(alarm.metric);
    }
  });

  it("is an alarm that CloudWatch takes", () => {
    // Whole minutes, over at most a day, or a week from periods of an hour (PutMetricAlarm); M of N with M ≤ N.
    expect(alarm.periodSeconds % 60).toBe(0);
    const days = alarm.periodSeconds < 3_600 ? 1 : 7;
    expect(alarm.periodSeconds * alarm.evaluationPeriods).toBeLessThanOrEqual(days * 86_400);
    expect(alarm.datapointsToAlarm).toBeLessThanOrEqual(alarm.evaluationPeriods);
    expect(alarm.name).toMatch(/^bellwether-[\w-]{1,200}$/);
  });

  it("never sums a gauge, which two publishers or periods would double", () => {
    const gauge = alarm.namespace === NAMESPACE && METRICS[alarm.metric].publication === "gauge";
    if (gauge && alarm.metric !== "DetectorTicks") expect(["Average", "Maximum"]).toContain(alarm.statistic);
  });

  it("says what it means, where to look and what to do, within what CloudWatch keeps of it", () => {
    const { means, look, action } = alarm.runbook;
    for (const text of [means, action, alarm.missingBecause]) expect(text.length).toBeGreaterThan(20);
    if ("saved" in look) expect(Object.keys(SAVED_QUERIES)).toContain(look.saved);
    expect(alarmDescription(alarm)).toContain("saved" in look ? look.saved : look.command);
    expect(alarmDescription(alarm).length).toBeLessThanOrEqual(1_024);
  });
});

describe("what runbooks name", () => {
  const texts = [...new Set(alarms.map(alarmDescription))].join("\n");
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

  it("exists: commands, saved queries and files", () => {
    const cli = read("packages/cli/src/main.ts");
    const commands = [...texts.matchAll(/bellwether ([a-z]+)/g)].map(([, command]) => command);
    expect(commands.length).toBeGreaterThan(10);
    for (const command of new Set(commands))
      expect(cli, command).toMatch(new RegExp(`^  ${command}: \\{`, "m"));
    for (const [, query = ""] of texts.matchAll(/--saved ([a-z-]+)/g))
      expect(Object.keys(SAVED_QUERIES)).toContain(query);
    for (const [, path = ""] of texts.matchAll(/(infra\/[\w/-]+\.\w+)/g)) expect(read(path)).not.toBe("");
  });

  it("is one entry per family", () => {
    const actions = new Map<string, string>();
    for (const { runbook } of alarms) {
      expect(actions.get(runbook.family) ?? runbook.action).toBe(runbook.action);
      actions.set(runbook.family, runbook.action);
    }
  });
});

describe("ticks", () => {
  it.each(Object.entries(SCHEDULES))(
    "%s publishes the ticks that its silence alarm waits for",
    (name, { function: fn }) => {
      const [detector] = Object.values(byName.get(`bellwether-${name}-silent`)?.dimensions ?? {});
      const file = fn === "compact" ? "packages/core/src/lake/compact.ts" : `functions/${fn}.ts`;
      const source = readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
      expect(source).toContain(
        `{ metric: "DetectorTicks", dimensions: { detector: "${detector}" }, value: 1 }`,
      );
    },
  );
});

describe("bounds of queues", () => {
  it.each(Object.entries(QUEUES))("%s: older than a second try, far younger than retention", (_, queue) => {
    expect(queue.oldestSeconds).toBeGreaterThan(queue.visibilitySeconds);
    expect(queue.oldestSeconds).toBeLessThanOrEqual((queue.retentionDays * 86_400) / 7);
  });
});
