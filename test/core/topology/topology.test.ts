import {
  CANARY_ALARM_PREFIX,
  ENVIRONMENT,
  FUNCTIONS,
  QUEUES,
  RULES,
  SCHEDULES,
  TABLES,
  TOPICS,
} from "@bellwether/core/topology";
import { describe, expect, it } from "vitest";

interface Source {
  readonly queue: keyof typeof QUEUES;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency: number;
}
const sources = Object.entries(FUNCTIONS).flatMap(([name, spec]) =>
  ("sources" in spec ? (spec.sources as readonly Source[]) : []).map((source) => ({
    name,
    timeoutSeconds: spec.timeoutSeconds,
    ...source,
  })),
);

describe("queues and their consumers", () => {
  it("meet one to one", () => {
    expect(sources.map(({ queue }) => queue).sort()).toEqual(Object.keys(QUEUES).sort());
  });

  it.each(sources)("$queue stays invisible for six timeouts of $name", ({ queue, timeoutSeconds }) => {
    expect(QUEUES[queue].visibilitySeconds).toBeGreaterThanOrEqual(6 * timeoutSeconds);
    expect(QUEUES[queue].visibilitySeconds).toBeLessThanOrEqual(43_200);
  });

  it.each(sources)(
    "$queue has a mapping that Lambda accepts",
    ({ batchSize, windowSeconds, maxConcurrency }) => {
      if (batchSize > 10) expect(windowSeconds).toBeGreaterThanOrEqual(1);
      expect(batchSize).toBeLessThanOrEqual(10_000);
      expect(maxConcurrency).toBeGreaterThanOrEqual(2);
    },
  );

  it("outlast hours of a judge that is down: 100 receives with at most 15 minutes between them", () => {
    for (const [name, queue] of Object.entries(QUEUES)) {
      if (name.startsWith("evaluate-")) expect(queue.maxReceiveCount).toBe(100);
      else expect(queue.maxReceiveCount).toBeGreaterThanOrEqual(5);
      expect(queue.retentionDays * 86_400).toBeGreaterThanOrEqual(100 * 900);
    }
  });
});

describe("what points to something", () => {
  it("points to what exists", () => {
    for (const { function: name } of Object.values(SCHEDULES)) expect(Object.keys(FUNCTIONS)).toContain(name);
    for (const { target } of Object.values(RULES)) {
      const known: string[] = "queue" in target ? Object.keys(QUEUES) : Object.keys(FUNCTIONS);
      expect(known).toContain("queue" in target ? target.queue : target.function);
    }
    for (const topic of Object.values(TOPICS))
      if ("queue" in topic) expect(Object.keys(QUEUES)).toContain(topic.queue);
  });

  it("names every table and evaluate queue in the environment", () => {
    const names = Object.keys(ENVIRONMENT);
    for (const table of Object.keys(TABLES)) expect(names).toContain(`${table.toUpperCase()}_TABLE`);
    for (const priority of ["HIGH", "NORMAL", "LOW"])
      expect(names).toContain(`EVALUATE_${priority}_QUEUE_URL`);
  });

  it("rings rollback for canary alarms in ALARM only", () => {
    expect(RULES["canary-alarm"].pattern.detail).toEqual({
      alarmName: [{ prefix: CANARY_ALARM_PREFIX }],
      state: { value: ["ALARM"] },
    });
  });
});
