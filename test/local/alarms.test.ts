import { alarmsOf } from "@bellwether/core/alarms";
import { watchesGauge } from "@bellwether/local/alarms";
import { expect, it } from "vitest";

it("time is only held for alarms whose gauge is published every minute", () => {
  expect(
    alarmsOf(["bot"])
      .filter(watchesGauge)
      .map(({ name }) => name),
  ).toEqual(["bellwether-canary-bot", "bellwether-detect-canary-silent"]);
});
