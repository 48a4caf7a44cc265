import { agreementOf, type LabelledPair } from "@bellwether/core/review/agreement";
import { kappaOf } from "@bellwether/stats/agreement";
import { krippendorffAlpha } from "@bellwether/stats/krippendorff";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import { describe, expect, it } from "vitest";

const DAY = 86_400_000;
const NOW = Date.parse("2026-06-30T00:00:00Z");
const OPTIONS = { current: "j.2", now: NOW, minLabels: 50, staleDays: 60 } as const;

const pair = (
  judge: number,
  labels: readonly number[],
  changes: Partial<LabelledPair> = {},
): LabelledPair => ({
  judgeVersion: "j.2",
  judgeModel: "judge",
  judge,
  labels,
  inclusion: 0.1,
  at: NOW - DAY,
  ...changes,
});
const times = (n: number, make: (i: number) => LabelledPair): LabelledPair[] =>
  Array.from({ length: n }, (_, i) => make(i));
const one = (pairs: readonly LabelledPair[], options: Partial<typeof OPTIONS> = {}) => {
  const [first] = agreementOf(pairs, { ...OPTIONS, ...options });
  if (first === undefined) throw new Error("no agreement");
  return first;
};

describe("agreementOf", () => {
  // 20 both good, 5 judge good only, 10 people good only, 15 both bad: kappa .4 by hand (po .7, pe .5).
  const table = [
    ...times(20, () => pair(1, [1])),
    ...times(5, () => pair(1, [0])),
    ...times(10, () => pair(0, [1])),
    ...times(15, () => pair(0, [0])),
  ];

  it("is Cohen's kappa where every label weighs the same", () => {
    const { kappa, labels, nEff, status, correlation, bias } = one(table);
    expect({ labels, status }).toEqual({ labels: 50, status: "known" });
    expect(nEff).toBeCloseTo(50, 9);
    expect(kappa?.value).toBeCloseTo(0.4, 12);
    const { standardError = 0 } =
      kappaOf([
        [15, 5],
        [10, 20],
      ]) ?? {};
    expect((kappa?.high ?? 0) - (kappa?.low ?? 0)).toBeCloseTo(2 * 1.959963984540054 * standardError, 9);
    expect(correlation).toBeCloseTo((50 * 20 - 25 * 30) / Math.sqrt(25 * 25 * 30 * 20), 12);
    expect(bias?.value).toBeCloseTo(-0.1, 12);
  });

  it("weighs a label by the requests it stands for", () => {
    const doubled = table.map((item) =>
      item.judge === 1 && item.labels[0] === 0 ? { ...item, inclusion: 0.05 } : item,
    );
    const { kappa, nEff, bias } = one(doubled);
    expect(kappa?.value).toBeCloseTo(
      kappaOf([
        [15, 10],
        [10, 20],
      ])?.kappa ?? 0,
      12,
    );
    expect(nEff).toBeCloseTo(55 ** 2 / 65, 9);
    expect(bias?.value).toBeCloseTo(0, 12);
  });

  it("takes the five levels for weighted kappa, and the median of several people", () => {
    const graded = times(60, (i) =>
      pair((i % 5) / 4, [((i + (i % 3 === 0 ? 1 : 0)) % 5) / 4, (i % 5) / 4, (i % 5) / 4]),
    );
    const { weightedKappa, alpha, bias } = one(graded);
    expect(weightedKappa?.value).toBe(1);
    expect(bias?.value).toBe(0);
    expect(alpha).toBeCloseTo(
      krippendorffAlpha(
        graded.map(({ labels }) => labels),
        "interval",
      ) ?? 0,
      12,
    );
    expect(alpha).toBeLessThan(0.9);
  });

  it.each([
    ["unknown", "too few labels", table.slice(1), {}],
    ["known", "enough labels", table, {}],
    ["stale", "the judge has changed", table, { current: "j.3" }],
    ["stale", "nobody has labelled for long", table, { now: NOW + 61 * DAY }],
    ["unknown", "too few labels, and the judge has changed", table.slice(1), { current: "j.3" }],
  ])("is %s with %s", (status, _, pairs, options) => {
    expect(one(pairs, options as Partial<typeof OPTIONS>).status).toBe(status);
  });

  it("warns of a judge that agrees too little or is biased, but not on too few labels", () => {
    const random = seeded(5);
    const blind = times(80, () => pair(random(), [Math.round(4 * random()) / 4]));
    expect(one(blind).warnings).toContain("low_kappa");
    const lenient = times(80, (i) => pair((i % 4) / 4 + 0.05, [(i % 4) / 4]));
    expect(one(lenient).warnings).toEqual(["biased"]);
    expect(one(lenient.slice(0, 40)).warnings).toEqual([]);
    expect(one(lenient, { current: "j.3" } as unknown as Partial<typeof OPTIONS>).warnings).toEqual([
      "biased",
      "stale_version",
    ]);
  });

  it("keeps judge versions apart, newest label first, and says nothing of nothing", () => {
    const old = table.map((item) => ({ ...item, judgeVersion: "j.1", at: NOW - 30 * DAY }));
    expect(
      agreementOf([...old, ...table], OPTIONS).map(({ judgeVersion, status }) => [judgeVersion, status]),
    ).toEqual([
      ["j.2", "known"],
      ["j.1", "stale"],
    ]);
    expect(agreementOf([], OPTIONS)).toEqual([]);
    expect(agreementOf([pair(1, [])], OPTIONS)).toEqual([]);
  });

  it("cannot tell agreement from chance when everybody always says the same", () => {
    const { kappa, correlation, alpha, bias } = one(times(60, () => pair(1, [1])));
    expect({ kappa, correlation, alpha }).toEqual({ kappa: null, correlation: null, alpha: null });
    expect(bias?.value).toBe(0);
  });
});
