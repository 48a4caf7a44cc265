import type { reportOf } from "./gate-report.ts";

type Report = ReturnType<typeof reportOf>;

/** The report for people. */
export function tableOf(report: Report): string {
  const { fixedThreshold, fixedMargin, maxDegradation5, items60, draws3 } = report;
  const { equalFalseFail, atFlakeBudget } = fixedThreshold;
  const line = (
    name: string,
    rates: { falseFail: number; power: { d03?: number; d05?: number; d10?: number } },
  ): string =>
    [
      name.padEnd(52),
      ...[rates.falseFail, rates.power.d03, rates.power.d05, rates.power.d10].map((rate) =>
        (rate === undefined ? "–" : String(rate)).padStart(8),
      ),
    ].join("");
  return [
    `${"Share of gates that fail".padEnd(52)}${["same", "−.03", "−.05", "−.10"].map((text) => text.padStart(8)).join("")}`,
    line("this product, any real loss", report),
    line("threshold .02 below base's long-run mean", fixedThreshold),
    line(`threshold as rarely wrong as ours (−${equalFalseFail.margin})`, equalFalseFail),
    line(`threshold at the flake budget (−${atFlakeBudget.margin})`, atFlakeBudget),
    line("head's mean .02 below that of base on the same suite", fixedMargin),
    line("this product, surely beyond 5 %", { ...maxDegradation5, power: maxDegradation5.fails }),
    line("this product, any real loss, 60 items", items60),
    line("this product, any real loss, 3 draws of the judge", draws3),
    "",
    `An unchanged version passes at 5 %: ${maxDegradation5.passes.same} with 200 items, ${items60.passesUnchanged} with 60`,
    ...Object.entries(report.intervals).map(
      ([name, { coverage, width }]) => `Interval of faithfulness, ${name}: covers ${coverage}, ${width} wide`,
    ),
    report.missed.length === 0 ? "All goals met." : `Missed:\n  ${report.missed.join("\n  ")}`,
  ].join("\n");
}
