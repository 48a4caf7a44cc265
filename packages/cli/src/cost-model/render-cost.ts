import { type Io, renderTable } from "../output.ts";
import type { CostDocument } from "./model.ts";

const usd = (value: number): number => Number(value.toFixed(value < 1 ? 3 : 2));

/** The cost sheet for people. */
export function renderCost(document: CostDocument, io: Io): string {
  const { usdPerMillion, byService, judgeUsdPerMillion, fixedUsdPerMonth, fixedByItem, sweep } = document;
  const services = Object.entries(byService)
    .filter(([, value]) => value > 0)
    .sort(([, a], [, b]) => b - a);
  const rows = (entries: readonly (readonly [string, number])[]) =>
    entries.map(([name, value]) => [name, usd(value)]);
  return [
    io.color.bold(
      `$${usdPerMillion.toFixed(2)} per million requests in AWS cost, $${document.usd.toFixed(2)} for ${document.requests}`,
    ),
    judgeUsdPerMillion === null
      ? "judge tokens: unpriced"
      : `judge tokens besides: $${judgeUsdPerMillion.toFixed(2)} per million requests`,
    `fixed besides: $${fixedUsdPerMonth.toFixed(2)} a month`,
    "",
    renderTable(["service", "USD per million"], rows(services), io.color),
    renderTable(["fixed item", "USD a month"], rows(Object.entries(fixedByItem)), io.color),
    renderTable(
      ["what changes", "to", "USD per million"],
      sweep.map(({ varied, value, usdPerMillion: changed }) => [varied, value, usd(changed)]),
      io.color,
    ),
    ...document.assumptions.map((line) => `· ${line}`),
    `· prices as of ${document.pricesAsOf}`,
    "",
  ].join("\n");
}
