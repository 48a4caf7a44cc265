import { createTimeline } from "@bellwether/local/endpoints/alarm-timeline";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const MINUTE = 60_000;

describe("the alarm timeline", () => {
  it("ends with the last complete minute", () => {
    const timeline = createTimeline();
    expect(timeline.latest(100 * MINUTE, 3, [])).toEqual([99, 98, 97]);
    expect(timeline.latest(100 * MINUTE + 59_999, 3, [])).toEqual([99, 98, 97]);
  });

  it("joins the minutes around an idle span", () => {
    const timeline = createTimeline();
    timeline.skip(50 * MINUTE, 90 * MINUTE);
    expect(timeline.latest(92 * MINUTE, 4, [])).toEqual([91, 90, 49, 48]);
    expect(timeline.latest(90 * MINUTE, 2, [])).toEqual([49, 48]);
  });

  it("keeps minutes that are only partly idle", () => {
    const timeline = createTimeline();
    timeline.skip(50 * MINUTE + 1, 52 * MINUTE - 1);
    expect(timeline.latest(53 * MINUTE, 4, [])).toEqual([52, 51, 50, 49]);
  });

  it("keeps a skipped minute in which a datapoint fell, but no later minute than now", () => {
    const timeline = createTimeline();
    timeline.skip(50 * MINUTE, 90 * MINUTE);
    expect(timeline.latest(91 * MINUTE, 3, [40, 50, 70, 95])).toEqual([90, 70, 50]);
  });

  it("takes adjacent and repeated spans, in order only", () => {
    const timeline = createTimeline();
    timeline.skip(10 * MINUTE, 20 * MINUTE);
    timeline.skip(20 * MINUTE, 30 * MINUTE);
    timeline.skip(40 * MINUTE, 50 * MINUTE);
    expect(timeline.latest(51 * MINUTE, 13, [])).toEqual([50, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 9, 8]);
    expect(() => timeline.skip(45 * MINUTE, 60 * MINUTE)).toThrow(RangeError);
  });

  it("equals the minutes that were not skipped, for any spans", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 40 }), (spans, count) => {
        const timeline = createTimeline();
        const skipped = new Set<number>();
        let minute = 1_000;
        for (const [active, idle] of spans) {
          minute += active;
          timeline.skip(minute * MINUTE, (minute + idle) * MINUTE);
          for (let i = 0; i < idle; i++) skipped.add(minute + i);
          minute += idle;
        }
        const wanted: number[] = [];
        for (let m = minute - 1; wanted.length < count; m--) if (!skipped.has(m)) wanted.push(m);
        expect(timeline.latest(minute * MINUTE, count, [])).toEqual(wanted);
      }),
    );
  });
});
