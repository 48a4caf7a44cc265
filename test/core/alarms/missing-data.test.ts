import { alarmsOf } from "@bellwether/core/alarms";
import { SCHEDULES } from "@bellwether/core/topology";
import {
  type AlarmState,
  evaluateAlarm,
  evaluationRange,
} from "@bellwether/local/endpoints/cloudwatch-alarm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everythingFor } from "../../support/alarm-config.ts";

const alarms = alarmsOf(everythingFor("bot"));

function named(name: string) {
  const alarm = alarms.find((one) => one.name === name);
  if (alarm === undefined) throw new Error(`no alarm ${name}`);
  return alarm;
}

/** State after points (oldest first, undefined = missing), each held for as many periods as it says. */
function stateAfter(
  name: string,
  current: AlarmState,
  ...runs: readonly (readonly [value: number | undefined, periods: number])[]
) {
  const alarm = named(name);
  const range = evaluationRange(alarm.evaluationPeriods);
  const points = runs.flatMap(([value, n]) => Array.from({ length: n }, () => value));
  const seen = [...Array.from({ length: range }, () => undefined), ...points].slice(-range);
  return evaluateAlarm({ ...alarm, comparisonOperator: alarm.comparison }, seen, current);
}

const none = undefined;

describe("no data at all", () => {
  it.each([
    // Silence of the pipeline is trouble,
    ["bellwether-detect-canary-silent", "ALARM", "ALARM"],
    ["bellwether-measure-silent", "ALARM", "ALARM"],
    ["bellwether-detect-cost-silent", "ALARM", "ALARM"],
    ["bellwether-detect-drift-silent", "ALARM", "ALARM"],
    ["bellwether-pace-silent", "ALARM", "ALARM"],
    ["bellwether-sentinel-silent", "ALARM", "ALARM"],
    ["bellwether-no-log-lines", "ALARM", "ALARM"],
    // what counts failures has none,
    ["bellwether-nothing-kept", "OK", "OK"],
    ["bellwether-ingest-lag", "OK", "OK"],
    ["bellwether-log-delivery-failing", "OK", "OK"],
    ["bellwether-large-body-delivery-failing", "OK", "OK"],
    ["bellwether-unconfigured-apps", "OK", "OK"],
    ["bellwether-judge-failing", "OK", "OK"],
    ["bellwether-judge-throttled", "OK", "OK"],
    ["bellwether-pages-failed", "OK", "OK"],
    ["bellwether-lake-queries-failed", "OK", "OK"],
    ["bellwether-quota-nearly-used", "OK", "OK"],
    ["bellwether-queue-age-ingest", "OK", "OK"],
    ["bellwether-dead-letters-ingest", "OK", "OK"],
    ["bellwether-errors-rollback", "OK", "OK"],
    ["bellwether-errors-ingest", "OK", "OK"],
    ["bellwether-throttles-ingest", "OK", "OK"],
    ["bellwether-throttled-reads-windows", "OK", "OK"],
    // and numbers of an app are neither good nor bad while there are none.
    ["bellwether-canary-bot", "OK", "ALARM"],
    ["bellwether-priced-share-bot", "OK", "ALARM"],
    ["bellwether-judge-completion-bot", "OK", "ALARM"],
    ["bellwether-drift-data-bot", "OK", "ALARM"],
    ["bellwether-budget-bot", "OK", "ALARM"],
    ["bellwether-bound-quality-bot", "OK", "ALARM"],
    ["bellwether-bound-errors-bot", "OK", "ALARM"],
    ["bellwether-bound-guardrails-bot", "OK", "ALARM"],
    ["bellwether-bound-negative-feedback-bot", "OK", "ALARM"],
    ["bellwether-bound-latency-bot", "OK", "ALARM"],
  ] as const)("%s: OK becomes %s, ALARM becomes %s", (name, fromOk, fromAlarm) => {
    expect(stateAfter(name, "OK", [none, 40])).toBe(fromOk);
    expect(stateAfter(name, "ALARM", [none, 40])).toBe(fromAlarm);
  });
});

describe("trouble that lasts rings, trouble that passes does not", () => {
  it.each([
    ["bellwether-judge-failing", [[11, 3]], "ALARM"],
    ["bellwether-judge-failing", [[11, 2]], "OK"],
    ["bellwether-judge-failing", [[10, 5]], "OK"],
    ["bellwether-judge-throttled", [[11, 6]], "ALARM"],
    ["bellwether-judge-throttled", [[11, 5]], "OK"],
    [
      "bellwether-log-delivery-failing",
      [
        [1, 1],
        [none, 1],
        [1, 1],
      ],
      "ALARM",
    ],
    ["bellwether-log-delivery-failing", [[1, 1]], "OK"],
    ["bellwether-nothing-kept", [[0, 6]], "ALARM"],
    [
      "bellwether-nothing-kept",
      [
        [0, 5],
        [1, 1],
      ],
      "OK",
    ],
    [
      "bellwether-nothing-kept",
      [
        [0, 2],
        [none, 4],
      ],
      "OK",
    ],
    ["bellwether-ingest-lag", [[901, 3]], "ALARM"],
    ["bellwether-ingest-lag", [[900, 3]], "OK"],
    ["bellwether-unconfigured-apps", [[1, 1]], "ALARM"],
    ["bellwether-queue-age-ingest", [[3_600, 3]], "ALARM"],
    // A message that is tried a second time is as old as the queue's visibility timeout.
    ["bellwether-queue-age-ingest", [[1_900, 3]], "OK"],
    ["bellwether-dead-letters-notify", [[1, 1]], "ALARM"],
    ["bellwether-errors-rollback", [[1, 1]], "ALARM"],
    ["bellwether-errors-ingest", [[1, 5]], "OK"],
    [
      "bellwether-errors-ingest",
      [
        [1, 3],
        [0, 3],
        [1, 3],
      ],
      "ALARM",
    ],
    ["bellwether-pages-failed", [[1, 2]], "OK"],
    ["bellwether-pages-failed", [[1, 3]], "ALARM"],
    ["bellwether-quota-nearly-used", [[80, 1]], "ALARM"],
    ["bellwether-drift-cost-bot", [[1, 1]], "ALARM"],
    ["bellwether-drift-cost-bot", [[0.99, 1]], "OK"],
    ["bellwether-budget-bot", [[100, 1]], "ALARM"],
    [
      "bellwether-judge-completion-bot",
      [
        [0.4, 23],
        [0.6, 1],
      ],
      "OK",
    ],
    ["bellwether-judge-completion-bot", [[0.4, 24]], "ALARM"],
    // One burst of five minutes is in the gauge of an hour for twelve ticks.
    [
      "bellwether-bound-errors-bot",
      [
        [0, 2],
        [0.5, 12],
      ],
      "OK",
    ],
    [
      "bellwether-bound-errors-bot",
      [
        [0, 2],
        [0.5, 13],
      ],
      "ALARM",
    ],
    ["bellwether-bound-quality-bot", [[0.69, 6]], "ALARM"],
    [
      "bellwether-bound-quality-bot",
      [
        [0.69, 5],
        [0.71, 1],
      ],
      "OK",
    ],
    // Half an hour below the floor in sight, then nights without answers: what was known stands.
    [
      "bellwether-bound-quality-bot",
      [
        [0.71, 1],
        [none, 7],
      ],
      "OK",
    ],
    [
      "bellwether-no-log-lines",
      [
        [none, 25],
        [1, 1],
      ],
      "OK",
    ],
  ] as const)("%s after %j is %s", (name, runs, state) => {
    expect(stateAfter(name, "OK", ...runs)).toBe(state);
  });
});

describe("silence", () => {
  const silences = alarms.filter(({ metric }) => metric === "DetectorTicks");

  it("never rings within its periods of a tick, and always rings two periods later", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...silences),
        fc.array(fc.boolean(), { minLength: 0, maxLength: 40 }),
        (alarm, ticks) => {
          const n = alarm.evaluationPeriods;
          const points = ticks.map((ticked) => (ticked ? 1 : undefined));
          const seen = [...Array.from({ length: n + 2 }, () => 1), ...points].slice(-(n + 2));
          const state = evaluateAlarm({ ...alarm, comparisonOperator: alarm.comparison }, seen, "OK");
          // CloudWatch reads two periods beyond N, so a tick in them still counts.
          expect(state).toBe(seen.some((point) => point !== undefined) ? "OK" : "ALARM");
        },
      ),
    );
    expect(silences).toHaveLength(Object.keys(SCHEDULES).length);
  });
});
