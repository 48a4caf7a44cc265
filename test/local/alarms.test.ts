import { alarmsOf } from "@bellwether/core/alarms";
import { parseConfig } from "@bellwether/core/config/config";
import { metricAlarmInput, runsHere, watchesGauge } from "@bellwether/local/alarms";
import { expect, it } from "vitest";

const config = parseConfig({
  apps: ["bot"],
  sampling: { preset: "budgeted" },
  sentinel: { dataset: "golden/bot.jsonl" },
  alarms: { bot: { qualityFloor: 0.7 } },
});
const alarms = alarmsOf(config).filter(runsHere);

it("time is only held for alarms whose gauge is published every minute", () => {
  const held = alarms.filter(watchesGauge).map(({ name }) => name);
  expect(held).toEqual(["bellwether-canary-bot", "bellwether-detect-canary-silent"]);
});

it("a run has the alarms whose metrics it publishes whenever it lives", () => {
  expect(alarms.map(({ name }) => name)).toEqual([
    "bellwether-canary-bot",
    "bellwether-priced-share-bot",
    "bellwether-bound-quality-bot",
    "bellwether-detect-canary-silent",
    "bellwether-nothing-kept",
    "bellwether-ingest-lag",
    "bellwether-unconfigured-apps",
    "bellwether-judge-failing",
    "bellwether-judge-throttled",
    "bellwether-judge-completion-bot",
    "bellwether-pages-failed",
    "bellwether-lake-queries-failed",
  ]);
});

it("is put with a literal dimension and a text that says what to do", () => {
  const [doorbell] = alarms;
  if (doorbell === undefined) throw new Error("no alarms");
  expect(metricAlarmInput(doorbell)).toMatchObject({
    Namespace: "Bellwether",
    MetricName: "CanaryVerdict",
    Dimensions: [{ Name: "app", Value: "bot" }],
    TreatMissingData: "ignore",
    AlarmDescription: expect.stringContaining("bellwether rollout show"),
  });
});
