import type { Finding } from "@bellwether/core/rollout/finding";
import type { RollbackPolicy } from "@bellwether/core/rollout/policy";
import type { ArmSummary } from "@bellwether/core/rollout/summary";
import { reliability } from "@bellwether/stats/hajek";
import type { Io } from "../output.ts";
import { axisFor, intervalBar, linearTicks } from "./interval-chart.ts";
import { eText, logAxis, logBar, logTicks } from "./log-chart.ts";

/** Narrowest and widest picture, columns. */
const [NARROWEST, WIDEST] = [60, 110];
const NAME = 30;
const VALUE = 9;

export interface Canvas {
  readonly color: Io["color"];
  /** Of the terminal. */
  readonly columns: number;
}

const chartColumns = ({ columns }: Canvas): number =>
  Math.min(WIDEST, Math.max(NARROWEST, columns)) - NAME - VALUE - 4;

const line = (name: string, value: string, chart: string): string =>
  `  ${name.padEnd(NAME)}${value.padStart(VALUE)}  ${chart}`.trimEnd();

/** Evidence that the canary is worse: the e-value of every part, and what they add up to against 1/alpha. */
export function harmPicture(
  { evidence, held, logE, canary }: Finding,
  { alpha }: RollbackPolicy,
  canvas: Canvas,
): string[] {
  const { bold, dim, red } = canvas.color;
  const axis = logAxis(chartColumns(canvas), 1 / alpha);
  const parts = evidence.map((part) =>
    held.some((reason) => reason.startsWith(`${part.name}:`))
      ? dim(line(part.name, "–", "not counted"))
      : line(`${part.name} ×${part.weight}`, eText(part.logE), logBar(part.logE, axis, "unmarked")),
  );
  const combined = line("combined", eText(logE), logBar(logE, axis, "marked"));
  return [
    `${bold(`Is ${canary} worse?`)} ${dim(`e-values × weight; the combined one rolls back at ┃ ${axis.boundary}`)}`,
    ...parts,
    logE >= Math.log(axis.boundary) ? red(combined) : bold(combined),
    dim(line("", "", logTicks(axis))),
    ...held.map((reason) => dim(`  not counted: ${reason}`)),
  ];
}

/** Evidence for promotion: every guardrail must reach 1/alpha of promotion. */
export function promotionPicture(
  { promotion, canary }: Finding,
  { promotion: { alpha } }: RollbackPolicy,
  canvas: Canvas,
): string[] {
  const { bold, dim, green } = canvas.color;
  const axis = logAxis(chartColumns(canvas), 1 / alpha);
  const title = `${bold(`Is ${canary} not worse by the margin?`)} ${dim(`e-values; every one must reach ┃ ${axis.boundary}`)}`;
  if (promotion.length === 0) return [title, "  nothing is weighed yet"];
  const drawn = promotion.map(({ name, margin, logE }) => {
    const bar = line(`${name} within ${margin}`, eText(logE), logBar(logE, axis, "marked"));
    return logE >= Math.log(axis.boundary) ? green(bar) : bar;
  });
  return [title, ...drawn, dim(line("", "", logTicks(axis)))];
}

function shown({ quality }: ArmSummary): ArmSummary["quality"] {
  return quality === null || reliability(quality.nEff) === "suppressed" ? null : quality;
}

/** Weighted quality of both arms with 95 % intervals on one axis. */
export function qualityPicture({ arms, stable, canary }: Finding, canvas: Canvas): string[] {
  const { bold, dim } = canvas.color;
  const rows = [
    { name: `stable ${stable}`, arm: arms.stable },
    { name: `canary ${canary}`, arm: arms.canary },
  ];
  const known = rows.flatMap(({ arm }) => shown(arm) ?? []);
  const axis = known.length === 0 ? undefined : axisFor(known, chartColumns(canvas));
  const title = `${bold("Quality")} ${dim("weighted mean, 95 % interval")}`;
  const drawn = rows.map(({ name, arm }) => {
    const quality = shown(arm);
    if (quality !== null && axis !== undefined)
      return line(clip(name), quality.mean.toFixed(3), intervalBar(quality, axis));
    const few =
      arm.quality === null ? "nothing is judged" : `too few judged (n_eff ${arm.quality.nEff.toFixed(1)})`;
    return line(clip(name), "–", few);
  });
  return [title, ...drawn, ...(axis === undefined ? [] : [dim(line("", "", linearTicks(axis)))])];
}

const clip = (name: string): string =>
  [...name].length < NAME ? name : `${[...name].slice(0, NAME - 2).join("")}…`;
