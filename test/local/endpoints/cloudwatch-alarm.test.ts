import {
  type AlarmState,
  type AlarmThreshold,
  type ComparisonOperator,
  evaluateAlarm,
  evaluationRange,
  type TreatMissingData,
} from "@bellwether/local/endpoints/cloudwatch-alarm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const TREATMENTS: readonly TreatMissingData[] = ["missing", "ignore", "breaching", "notBreaching"];
const STATES: readonly AlarmState[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

function alarm(n: number, m: number, treatMissingData: TreatMissingData): AlarmThreshold {
  return {
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0.5,
    evaluationPeriods: n,
    datapointsToAlarm: m,
    treatMissingData,
  };
}

/** `0` ok, `X` breaching, `-` missing, oldest first. */
function points(row: string): (number | undefined)[] {
  return row.split(" ").map((point) => (point === "-" ? undefined : point === "X" ? 1 : 0));
}

// CloudWatch guide, "Configuring how CloudWatch alarms treat missing data": both tables, N = 3 and a range of 5.
type Row = readonly [
  points: string,
  missing: string,
  ignore: string,
  breaching: string,
  notBreaching: string,
];
const threeOfThree: readonly Row[] = [
  ["0 - X - X", "OK", "OK", "OK", "OK"],
  ["0 - - - -", "OK", "OK", "OK", "OK"],
  ["- - - - -", "INSUFFICIENT_DATA", "keep", "ALARM", "OK"],
  ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["- - X - -", "ALARM", "keep", "ALARM", "OK"],
];
const twoOfThree: readonly Row[] = [
  ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 - X - -", "OK", "OK", "ALARM", "OK"],
  ["- - - - 0", "OK", "OK", "ALARM", "OK"],
  ["- - - X -", "ALARM", "keep", "ALARM", "OK"],
];

describe.each([
  { m: 3, table: threeOfThree },
  { m: 2, table: twoOfThree },
])("missing data, $m out of 3", ({ m, table }) => {
  it.each(table)("%s → missing %s, ignore %s, breaching %s, notBreaching %s", (row, ...expected) => {
    for (const [i, treatment] of TREATMENTS.entries()) {
      for (const current of STATES) {
        const wanted = expected[i] === "keep" ? current : expected[i];
        expect(
          evaluateAlarm(alarm(3, m, treatment), points(row), current),
          `${treatment} from ${current}`,
        ).toBe(wanted);
      }
    }
  });
});

describe("the premature-alarm rule", () => {
  it.each(["- - - - X", "- - - X -", "- - - X X"])(
    "waits at %s (3 of 3): the next point may be good",
    (row) => {
      for (const current of STATES)
        expect(evaluateAlarm(alarm(3, 3, "missing"), points(row), current)).toBe(current);
    },
  );

  it.each(["- - X - -", "- - X X -", "- - X - X"])(
    "alarms at %s although fewer than 3 points are real",
    (row) => {
      expect(evaluateAlarm(alarm(3, 3, "missing"), points(row), "OK")).toBe("ALARM");
    },
  );

  it.each(["- - X 0 -", "- - X - 0"])("does not alarm at %s: something newer is good", (row) => {
    expect(evaluateAlarm(alarm(3, 3, "missing"), points(row), "INSUFFICIENT_DATA")).toBe("OK");
  });

  it("waits at a single young point of 2 out of 3", () => {
    expect(evaluateAlarm(alarm(3, 2, "missing"), points("- - - - X"), "OK")).toBe("OK");
    expect(evaluateAlarm(alarm(3, 2, "missing"), points("- - - - X"), "INSUFFICIENT_DATA")).toBe(
      "INSUFFICIENT_DATA",
    );
  });

  it("keeps an alarm while its last breaching point leaves the range", () => {
    expect(evaluateAlarm(alarm(3, 3, "missing"), points("X - - - -"), "ALARM")).toBe("ALARM");
  });
});

describe("an alarm with every datapoint present", () => {
  it("looks at the last N points only", () => {
    expect(evaluateAlarm(alarm(3, 3, "missing"), points("X X X X 0"), "ALARM")).toBe("OK");
    expect(evaluateAlarm(alarm(1, 1, "missing"), points("X X 0"), "ALARM")).toBe("OK");
  });

  it("alarms exactly when M of the last N breach, whatever is made of missing data", () => {
    const sizes = fc
      .integer({ min: 1, max: 6 })
      .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 1, max: n })));
    fc.assert(
      fc.property(
        sizes,
        fc.infiniteStream(fc.boolean()),
        fc.constantFrom(...TREATMENTS),
        fc.constantFrom(...STATES),
        (size, stream, treatment, current) => {
          const [n, m] = size;
          const values = [...stream.take(evaluationRange(n))].map(Number);
          const wanted = values.slice(-n).reduce((sum, value) => sum + value, 0) >= m ? "ALARM" : "OK";
          expect(evaluateAlarm(alarm(n, m, treatment), values, current)).toBe(wanted);
        },
      ),
    );
  });

  it("orders the four treatments: breaching alarms whenever another one newly does, notBreaching only if all do", () => {
    const point = fc.constantFrom(undefined, 0, 1);
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 1, max: 3 }),
        (range, m) => {
          const alarms = (treatment: TreatMissingData) =>
            evaluateAlarm(alarm(3, m, treatment), range, "OK") === "ALARM";
          for (const treatment of TREATMENTS) {
            if (alarms("notBreaching")) expect(alarms(treatment)).toBe(true);
            if (treatment !== "missing" && alarms(treatment)) expect(alarms("breaching")).toBe(true);
          }
        },
      ),
    );
  });

  it.each<[ComparisonOperator, boolean, boolean, boolean]>([
    ["GreaterThanOrEqualToThreshold", false, true, true],
    ["GreaterThanThreshold", false, false, true],
    ["LessThanThreshold", true, false, false],
    ["LessThanOrEqualToThreshold", true, true, false],
  ])("%s", (comparisonOperator, below, at, above) => {
    const config = { ...alarm(1, 1, "missing"), comparisonOperator, threshold: 10 };
    const states = [9, 10, 11].map(
      (value) => evaluateAlarm(config, [undefined, undefined, value], "OK") === "ALARM",
    );
    expect(states).toEqual([below, at, above]);
  });
});
