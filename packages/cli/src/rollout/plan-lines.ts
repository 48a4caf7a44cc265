import { patienceEnd } from "@bellwether/core/rollout/conduct";
import type { RollbackDecision } from "@bellwether/core/rollout/decision";
import type { CanaryRun, Rollout } from "@bellwether/core/rollout/document";
import type { Finding } from "@bellwether/core/rollout/finding";
import { MISMATCH } from "@bellwether/core/rollout/split";
import { eText } from "./log-chart.ts";
import type { Canvas } from "./picture.ts";

const DAY_MS = 86_400_000;

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

type Ramp = NonNullable<Rollout["ramp"]>;

/** The shares of a ramp with the one it is at in brackets. */
const stepsOf = ({ steps, step }: Ramp): string =>
  [...steps.map(({ share }, i) => (i === step ? `[${percent(share)}]` : percent(share))), "promotion"].join(
    " → ",
  );

const criterionWords = ({ metric, min, max }: Ramp["criteria"][number]): string =>
  [min === undefined ? [] : [`${metric} ≥ ${min}`], max === undefined ? [] : [`${metric} ≤ ${max}`]]
    .flat()
    .join(", ");

/** Days until people are told that a canary is undecided, negative when that is over; null without a ramp. */
export function daysLeft(rollout: Rollout, run: CanaryRun, now: number): number | null {
  const end = patienceEnd(rollout, run);
  return end === null ? null : (end - now) / DAY_MS;
}

function patience(left: number, maxHours: number): string {
  const all = Number((maxHours / 24).toPrecision(3));
  return left < 0
    ? `overdue by ${(-left).toFixed(1)} days: reported after ${all} and held`
    : `${left.toFixed(1)} of ${all} days left before people are told that it is undecided`;
}

/** Where a canary stands on its way: the step, what comes next or is missing for it, and how long it may take. */
export function rampLines(
  rollout: Rollout,
  decision: RollbackDecision,
  { run, now }: { readonly run: CanaryRun; readonly now: number },
  { color: { bold, dim } }: Canvas,
): string[] {
  const { ramp } = rollout;
  const next = `  next      ${decision.action.replaceAll("_", " ")} ${dim(`(${decision.rule})`)}: ${decision.reason}`;
  if (ramp === null) return [`${bold("Ramp")}  none: people move this canary`, next];
  return [
    `${bold("Ramp")}  step ${ramp.step + 1} of ${ramp.steps.length}: ${stepsOf(ramp)}`,
    next,
    ...(ramp.criteria.length === 0 ? [] : [`  criteria  ${ramp.criteria.map(criterionWords).join(", ")}`]),
    `  patience  ${patience(daysLeft(rollout, run, now) ?? 0, ramp.maxHours)}`,
  ];
}

/** How requests were split, against the plan. */
export function splitLines({ split, epochs, canary }: Finding, { color: { bold, red } }: Canvas): string[] {
  const { requests, logE } = split;
  const all = requests.stable + requests.canary;
  const seen =
    all === 0 ? "no requests" : `${percent(requests.canary / all)}, ${requests.canary} of ${all} requests`;
  const broken = logE >= Math.log(MISMATCH);
  const verdict = `e-value ${eText(logE)} that the split is wrong, of ${MISMATCH}`;
  return [
    bold("Split"),
    `  planned   ${epochs.map(({ share }) => percent(share)).join(", then ")} to ${canary}`,
    `  seen      ${seen}; ${broken ? red(`${verdict}: nothing is decided`) : verdict}`,
  ];
}
