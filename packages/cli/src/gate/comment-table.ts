import { inUnit, percent } from "@bellwether/core/gate/in-words";
import { unitOf } from "@bellwether/core/gate/item-value";
import type { MeasuredMean } from "@bellwether/core/gate/measure-side";
import type { GateCheck, GateUnit, MetricComparison } from "@bellwether/core/gate/report";
import type { GateDocument } from "./conclude.ts";
import { codeCell } from "./markdown.ts";

const NAME = 80;
const NONE = "–";
const MARK = { passed: "✅", failed: "❌", warned: "⚠️", not_measured: "⬜" } as const;

/** One row per metric: base, head, difference, interval, and what its checks say. */
export function metricTable({ report, measured }: GateDocument): string {
  const { checks, comparisons } = report;
  const metrics = [
    ...new Set([...checks.map(({ metric }) => metric), ...comparisons.map(({ metric }) => metric)]),
  ];
  const rows = metrics.map((metric) => {
    const own = checks.filter((check) => check.metric === metric);
    const compared = comparisons.find((comparison) => comparison.metric === metric);
    const cells =
      compared === undefined
        ? aloneCells(metric, own, metric === "cost" ? measured.cost : measured.scores[metric])
        : comparedCells(compared);
    return [codeCell(metric, NAME), ...cells, own.map(gateOf).join(", ") || NONE];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(["metric", "base", "head", "difference", "interval", "gate"]),
    line(["---", "--:", "--:", "--:", "---", "---"]),
    ...rows.map(line),
    "",
    comparisons.length === 0
      ? "Intervals are those of head. ✅ kept, ❌ surely broken, ⚠️ cannot tell"
      : "Intervals are those of the difference and hold all at once; in rows without a base, those of head. ✅ kept, ❌ surely broken, ⚠️ cannot tell",
  ].join("\n");
}

const comparedCells = ({ unit, base, head, difference, low, high, metric }: MetricComparison): string[] => [
  inUnit(base, unit),
  inUnit(head, unit),
  signed(difference, metric),
  span(low, high, (value) => signed(value, metric)),
];

/** A row that only head has: of its own check, else of its mean. */
function aloneCells(
  metric: string,
  checks: readonly GateCheck[],
  mean: MeasuredMean | null | undefined,
): string[] {
  const check = checks.find(({ value, stage }) => value !== null && stage !== "regression_tests");
  if (check !== undefined) {
    const words = (value: number) => inUnit(value, UNITS[check.stage]);
    return [NONE, words(check.value ?? 0), NONE, span(check.low, check.high, words)];
  }
  if (mean === undefined || mean === null) return [NONE, NONE, NONE, NONE];
  const words = (value: number) => inUnit(value, unitOf(metric));
  return [NONE, words(mean.mean), NONE, span(mean.low, mean.high, words)];
}

const UNITS: Readonly<Record<GateCheck["stage"], GateUnit>> = {
  synthetic_test_suite: "score",
  regression_tests: "score",
  cost_validation: "USD",
  latency_validation: "ms",
};

/** What a check asks, with what became of it. */
function gateOf({ stage, status, limit }: GateCheck): string {
  if (limit === null) return `${MARK[status]}${status === "not_measured" ? " not measured" : ""}`;
  if (stage === "regression_tests") return `${MARK[status]} at most ${percent(limit)} worse`;
  return `${MARK[status]} ${stage === "synthetic_test_suite" ? "≥" : "≤"} ${inUnit(limit, UNITS[stage])}`;
}

/** A difference with its sign, in the unit of its metric. */
export function signed(value: number, metric: string): string {
  const words = inUnit(Math.abs(value), unitOf(metric));
  return value === 0 ? words : `${value > 0 ? "+" : "−"}${words}`;
}

const span = (low: number | null, high: number | null, words: (value: number) => string): string =>
  low === null && high === null
    ? NONE
    : `${low === null ? "−∞" : words(low)} … ${high === null ? "∞" : words(high)}`;
