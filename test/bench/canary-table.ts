import type { reportOf } from "./canary-report.ts";

type Report = ReturnType<typeof reportOf>;

const cell = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : String(value);

function rows(
  title: string,
  columns: readonly string[],
  lines: Readonly<Record<string, readonly string[]>>,
): string {
  const all = [["", ...columns], ...Object.entries(lines).map(([name, cells]) => [name, ...cells])];
  const widths = all.reduce<number[]>(
    (found, line) => line.map((text, index) => Math.max(found[index] ?? 0, text.length)),
    [],
  );
  const body = all.map((line) =>
    line
      .map((text, index) => (index === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[index] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return [title, ...body.map((line) => `  ${line}`)].join("\n");
}

/** The report for people. */
export function tableOf(report: Report): string {
  const { detail } = report;
  const scenarios = Object.keys(report.falseRollback);
  const drops = Object.keys(report.delayMinutes);
  const pick = (
    values: Readonly<Record<string, number | null | undefined>>,
    names: readonly string[],
  ): string[] => names.map((name) => cell(values[name]));
  const onsets = Object.keys(report.lateOnset);
  return [
    rows("Healthy canaries that were rolled back", scenarios, {
      "this product": pick(report.falseRollback, scenarios),
      limit: pick(report.limits.falseRollback, scenarios),
      "CloudWatch 3 of 3": pick(report.cloudwatch3of3.falseRollbackByScheme, scenarios),
      "Mann–Whitney": pick(report.mannWhitney.falseRollbackByScheme, scenarios),
    }),
    rows("Median minutes until a drop is found, whole canary judged and as much of stable", drops, {
      "this product": pick(report.delayMinutes, drops),
      "9 of 10 within": pick(detail.delayMinutesP90, drops),
      "judged items": pick(report.judgedItems, drops),
      "from the start only": pick(detail.fromStartMinutes, drops),
      "goal (at most 20 % more)": pick(report.limits.delayMinutes, drops),
      "effect known (mean)": pick(report.oracleMinutes, drops),
      "as shipped, margin .02": pick(detail.asShippedMinutes, drops),
      "CloudWatch 3 of 3": pick(report.cloudwatch3of3.delayMinutes, drops),
    }),
    rows("Judged items until a drop of .05 is found that began after", onsets, {
      "this product": pick(report.lateOnset, onsets),
    }),
    `False promotions ${report.falsePromotion} (limit ${report.limits.falsePromotion}); an equal canary is promoted after ${cell(detail.promotionMinutes)} minutes`,
    `Without the margin, 500 sticky users: ${detail.sticky500NoMargin} false rollbacks`,
    `Orders of the same events differ by ${report.permutationMaxDiff} in ln E`,
    report.missed.length === 0 ? "All goals met." : `Missed:\n  ${report.missed.join("\n  ")}`,
  ].join("\n\n");
}
