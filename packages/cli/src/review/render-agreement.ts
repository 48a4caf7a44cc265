import type { AgreementWarning } from "@bellwether/core/review/agreement";
import { type Io, renderTable } from "../output.ts";
import type { MetricAgreement } from "./settle.ts";

const fixed = (value: number | null): string => (value === null ? "–" : value.toFixed(3));
const range = (found: MetricAgreement["kappa"]): string =>
  found === null ? "–" : `${fixed(found.value)} [${fixed(found.low)}, ${fixed(found.high)}]`;

const ADVICE: Readonly<Record<AgreementWarning, string>> = {
  low_kappa: "agrees with people little better than chance: do not let it decide (weighted kappa < 0.4)",
  biased: "is off people's mean by more than 0.03: read the corrected means",
  stale_version: "judges no more: label answers of the present judge",
  old_labels: "has not been checked for long: label some recent answers",
};

/** What people's labels say of the judge, as a table with advice below. */
export function renderAgreement(found: readonly MetricAgreement[], { color }: Io): string {
  if (found.length === 0) return "no labels yet: bellwether review\n";
  const columns = [
    "app",
    "metric",
    "judge",
    "status",
    "labels",
    "kappa",
    "weighted kappa",
    "r",
    "bias",
    "alpha of people",
  ];
  const rows = found.map((one) => [
    one.app,
    one.metric,
    one.judgeVersion,
    one.status,
    one.labels,
    range(one.kappa),
    range(one.weightedKappa),
    fixed(one.correlation),
    range(one.bias),
    fixed(one.alpha),
  ]);
  const advice = found.flatMap(({ metric, judgeVersion, warnings }) =>
    warnings.map((warning) => color.yellow(`${metric} · judge ${judgeVersion} ${ADVICE[warning]}`)),
  );
  return `${[renderTable(columns, rows, color).trimEnd(), ...advice].join("\n")}\n`;
}
