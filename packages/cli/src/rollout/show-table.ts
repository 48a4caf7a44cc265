import { armRows } from "@bellwether/core/rollout/arm-rows";
import type { RollbackDecision } from "@bellwether/core/rollout/decision";
import { type RollbackIntent, type Rollout, runningCanary } from "@bellwether/core/rollout/document";
import type { Finding } from "@bellwether/core/rollout/finding";
import type { RollbackPolicy } from "@bellwether/core/rollout/policy";
import { renderTable } from "../output.ts";
import { type Canvas, harmPicture, promotionPicture, qualityPicture } from "./picture.ts";
import { rampLines, splitLines } from "./plan-lines.ts";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const percent = (share: number): string => `${Number((share * 100).toPrecision(4))} %`;

/** One line on where the traffic goes. */
export function trafficLine({ app, stable, canary, share, generation }: Rollout): string {
  return canary === null
    ? `${app}: ${stable} has all traffic (generation ${generation})`
    : `${app}: canary ${canary} has ${percent(share)}, stable ${stable} the rest (generation ${generation})`;
}

/** One line on the steps a new canary will take by itself. */
export const rampLine = ({ steps, maxHours }: NonNullable<Rollout["ramp"]>): string =>
  `it moves by itself: ${steps.map(({ share }) => percent(share)).join(" → ")} → promotion; undecided after ${maxHours} h, people are told`;

function intentLines({ kind, from, to, rule, step, reason, verifyAt }: RollbackIntent): string[] {
  if (kind !== "rollback")
    return [`${kind === "advance" ? "advance of" : "promotion of"} ${to} by ${rule} under way: ${reason}`];
  return [
    `rollback of ${from} by ${rule} under way, next step ${step}: ${reason}`,
    `recovery is judged at ${iso(verifyAt)}`,
  ];
}

/** A finding in words and pictures. */
export function findingLines(finding: Finding, policy: RollbackPolicy, canvas: Canvas): string[] {
  const { status, rule, reason, watermark, arms } = finding;
  const { bold, dim } = canvas.color;
  const rows = armRows(arms.stable, arms.canary).map(({ name, stable, canary }) => [name, stable, canary]);
  return [
    `${bold(status.replaceAll("_", " "))}${rule === null ? "" : ` by ${rule}`}: ${reason}`,
    dim(`events before ${iso(watermark)} are counted`),
    "",
    ...harmPicture(finding, policy, canvas),
    "",
    ...promotionPicture(finding, policy, canvas),
    "",
    ...qualityPicture(finding, canvas),
    "",
    ...splitLines(finding, canvas),
    "",
    renderTable(["", `stable ${finding.stable}`, `canary ${finding.canary}`], rows, canvas.color).trimEnd(),
  ];
}

/** What is known about a rollout. */
export interface Known {
  readonly rollout: Rollout;
  /** About the running canary, or in one line why there is none. */
  readonly finding: Finding | string;
  readonly decision: RollbackDecision;
  readonly policy: RollbackPolicy;
  readonly now: number;
}

function canaryLines({ rollout, finding, decision, policy, now }: Known, canvas: Canvas): string[] {
  const run = runningCanary(rollout);
  if (run === undefined) return [];
  const known = typeof finding !== "string";
  const at = { run, now: known ? finding.watermark : now };
  return [
    "",
    ...rampLines(rollout, decision, at, canvas),
    "",
    ...(known ? findingLines(finding, policy, canvas) : [finding]),
  ];
}

/** The rollout document and what is known about its running canary, as a person reads them. */
export function renderRollout(known: Known, canvas: Canvas): string {
  const { color } = canvas;
  const { intent, epochs, history } = known.rollout;
  const epochRows = epochs.map((e) => [e.generation, iso(e.from), iso(e.to), e.stable, e.canary, e.share]);
  const historyRows = history.map((h) => [h.generation, iso(h.at), h.action, h.by, h.reason]);
  return [
    color.bold(trafficLine(known.rollout)),
    ...(intent === null ? [] : intentLines(intent)),
    ...canaryLines(known, canvas),
    "",
    color.bold("Epochs"),
    renderTable(["generation", "from", "to", "stable", "canary", "share"], epochRows, color),
    color.bold("History"),
    renderTable(["generation", "at", "action", "by", "reason"], historyRows, color),
  ].join("\n");
}
