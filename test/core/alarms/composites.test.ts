import { alarmsOf } from "@bellwether/core/alarms";
import { alarmRule, compositesOf } from "@bellwether/core/alarms/composites";
import { alarmDescription } from "@bellwether/core/alarms/spec";
import { parseConfig } from "@bellwether/core/config/config";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everythingFor } from "../../support/alarm-config.ts";

const alarms = alarmsOf(everythingFor("bot", "shop"));
const composites = compositesOf(alarms);

/** Composites that page while exactly `ringing` alarms are in ALARM. */
function paging(ringing: ReadonlySet<string>): string[] {
  const inAlarm = (name: string): boolean => {
    const composite = composites.find((one) => one.name === name);
    return composite === undefined ? ringing.has(name) : composite.anyOf.some(inAlarm);
  };
  return composites
    .filter(({ severity, suppressor }) => severity === "page" && !(suppressor && inAlarm(suppressor.alarm)))
    .map(({ name }) => name)
    .filter(inAlarm);
}

describe("composites", () => {
  it("page once for every alarm that is a page, and for no other", () => {
    for (const { name, severity } of alarms) {
      const in_ = composites.filter((one) => one.severity === "page" && one.anyOf.includes(name));
      expect(in_.length, name).toBe(severity === "page" ? 1 : 0);
    }
  });

  it("are as CloudWatch takes them, of alarms that exist", () => {
    const known = new Set([...alarms, ...composites].map(({ name }) => name));
    expect(known.size).toBe(alarms.length + composites.length);
    for (const composite of composites) {
      // PutCompositeAlarm: at most 100 children, 10,240 characters of rule.
      expect(composite.anyOf.length, composite.name).toBeGreaterThan(0);
      expect(composite.anyOf.length).toBeLessThanOrEqual(100);
      expect(alarmRule(composite).length).toBeLessThanOrEqual(10_240);
      expect(alarmDescription(composite).length).toBeLessThanOrEqual(1_024);
      for (const name of [...composite.anyOf, composite.suppressor?.alarm ?? composite.name])
        expect(known.has(name), name).toBe(true);
    }
  });

  it("do not grow with the number of apps, but for one each that has bounds", () => {
    const apps = Array.from({ length: 300 }, (_, i) => `app-${i}`);
    const many = compositesOf(alarmsOf(everythingFor(...apps)));
    expect(many).toHaveLength(5 + 300);
    for (const { anyOf } of many) expect(anyOf.length).toBeLessThanOrEqual(20);
    expect(compositesOf(alarmsOf(parseConfig({ apps })))).toHaveLength(5);
  });

  it("write a rule with names in quotes", () => {
    expect(alarmRule({ anyOf: ["a b", "c"] })).toBe('ALARM("a b") OR ALARM("c")');
  });
});

describe("what pages", () => {
  it.each([
    [["bellwether-judge-failing"], ["bellwether-pipeline-judge"]],
    [["bellwether-judge-failing", "bellwether-judge-throttled"], ["bellwether-pipeline-judge"]],
    [["bellwether-bound-quality-bot"], ["bellwether-app-bot"]],
    [["bellwether-bound-quality-bot", "bellwether-bound-latency-bot"], ["bellwether-app-bot"]],
    // No page about quality while the judge is down,
    [["bellwether-bound-quality-bot", "bellwether-judge-failing"], ["bellwether-pipeline-judge"]],
    [["bellwether-bound-quality-bot", "bellwether-measure-silent"], ["bellwether-pipeline-detectors"]],
    // but one while Slack is.
    [
      ["bellwether-bound-quality-bot", "bellwether-pages-failed"],
      ["bellwether-pipeline-people", "bellwether-app-bot"],
    ],
    // A long outage hides no other.
    [
      ["bellwether-judge-throttled", "bellwether-detect-canary-silent"],
      ["bellwether-pipeline-judge", "bellwether-pipeline-detectors"],
    ],
    // Other people tell of these.
    [["bellwether-canary-bot", "bellwether-drift-data-bot", "bellwether-budget-bot"], []],
    [["bellwether-priced-share-bot", "bellwether-dead-letters-ingest"], []],
  ])("%j → %j", (ringing, pages) => {
    expect(paging(new Set(ringing))).toEqual(pages);
  });

  it("is at most one page per part and app, and none of an app while the pipeline is blind", () => {
    const blind = composites.find(({ name }) => name === "bellwether-blind")?.anyOf ?? [];
    const names = alarms.map(({ name }) => name);
    fc.assert(
      fc.property(fc.subarray(names), fc.subarray([...blind], { minLength: 1 }), (some, blinding) => {
        expect(paging(new Set(some)).length).toBeLessThanOrEqual(6);
        const pages = paging(new Set([...some, ...blinding]));
        expect(pages.filter((name) => name.startsWith("bellwether-app-"))).toEqual([]);
        expect(pages.length).toBeGreaterThan(0);
      }),
    );
  });
});
