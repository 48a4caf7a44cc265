import { DAY_MS } from "../drift/detect/cell.ts";
import type { AgreementNote } from "./agreement-note.ts";

/** The judge that scores now. */
export interface PresentJudge {
  /** Model id as the lake has it. */
  readonly model: string;
  /** First part of `judge_version`. */
  readonly promptVersion: string;
}

/** Weighted kappa below which agreement with people is known to be poor. */
const LOWEST_KAPPA = 0.4;

/** Why the judge's quality is not to be acted upon, in one sentence; undefined when people vouch for it. */
export function distrustOf(
  note: AgreementNote | undefined,
  judge: PresentJudge,
  now: number,
  staleDays: number,
): string | undefined {
  if (note === undefined) return "nobody has labelled an answer that this judge scored";
  const { status, labels, judgeModel, judgeVersion, kappa, at } = note;
  if (status === "unknown")
    return `${labels} labels are too few to know how far the judge agrees with people`;
  if (judgeModel !== judge.model || !judgeVersion.startsWith(judge.promptVersion))
    return `people vouched for judge ${judgeModel} ${judgeVersion}, which judges no more`;
  if (now - at > staleDays * DAY_MS) return `the last label is ${Math.floor((now - at) / DAY_MS)} days old`;
  if (kappa !== null && kappa < LOWEST_KAPPA)
    return `the judge agrees with people little better than chance (weighted kappa ${kappa.toFixed(2)})`;
  return undefined;
}
