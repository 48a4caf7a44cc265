import { combineEvidence } from "@bellwether/stats/combine";
import type { WorstSample } from "../windows/tally.ts";
import type { Baseline } from "./baseline.ts";
import { lifeCells } from "./cells.ts";
import type { CanaryRun, Rollout } from "./document.ts";
import { type EvidenceName, weighEvidence } from "./evidence.ts";
import type { RollbackPolicy } from "./policy.ts";
import { type Guardrail, weighPromotion } from "./promotion.ts";
import { type BucketFold, between, exclusiveModels, mergeArms } from "./span.ts";
import { MISMATCH, type Split, weighSplit } from "./split.ts";
import { type ArmSummary, summarise } from "./summary.ts";
import { readTrigger, type TriggerReading } from "./trigger.ts";

/** `not_enough_data` is an answer of its own and never means healthy. */
export type FindingStatus =
  | "healthy"
  | "breach"
  | "shared_breach"
  | "suspect"
  | "split_mismatch"
  | "not_enough_data";

/** What is known about a running canary at one watermark; the evidence that rollback judges. */
export interface Finding {
  readonly app: string;
  /** Generation that started the canary; it stays while the share grows. */
  readonly run: number;
  /** Generation of the pointer that was judged. */
  readonly generation: number;
  readonly stable: string;
  readonly canary: string;
  readonly share: number;
  /** Shares the canary has had, and since when. */
  readonly epochs: readonly { readonly from: number; readonly share: number }[];
  /** Tick that computed it. */
  readonly at: number;
  readonly startedAt: number;
  /** Events before this instant are counted. */
  readonly watermark: number;
  /** State of the folds it was computed from; another one is judged anew. */
  readonly folds: string | null;
  /** Event time from which evidence counts; `null` while the baseline is learned. */
  readonly evidenceFrom: number | null;
  readonly status: FindingStatus;
  /** Deciding trigger, or the metric when no trigger names it. */
  readonly rule: string | null;
  readonly reason: string;
  /** Natural log of the combined e-value. */
  readonly logE: number;
  readonly evidence: readonly {
    readonly name: EvidenceName;
    readonly weight: number;
    readonly logE: number;
  }[];
  readonly held: readonly string[];
  /** Why people's labels do not vouch for the judge; absent when they do or the policy does not ask. */
  readonly distrust?: string;
  /** Evidence for promotion, by guardrail. */
  readonly promotion: readonly Guardrail[];
  readonly split: Split;
  readonly arms: { readonly stable: ArmSummary; readonly canary: ArmSummary };
  readonly triggers: readonly TriggerReading[];
  readonly worst: readonly WorstSample[];
}

/** The finding as the lake keeps it: without what only tells the next tick whether to look again. */
export const documentOf = ({ folds: _, ...finding }: Finding): string => JSON.stringify(finding);

/** Requests each arm needs over the canary's life before anything is decided. */
export const MIN_REQUESTS_PER_ARM = 30;

const show = (value: number | null): string =>
  value === null ? "no data" : String(Number(value.toPrecision(3)));

function verdictOf(
  enough: boolean,
  split: Split,
  combined: { readonly logE: number; readonly leading: string },
  triggers: readonly TriggerReading[],
  alpha: number,
): { status: FindingStatus; rule: string | null; reason: string } {
  const e = `e-value ${show(Math.exp(Math.min(combined.logE, 700)))} against ${show(1 / alpha)}`;
  const named = (outcome: TriggerReading["outcome"], metric?: string): TriggerReading | undefined =>
    triggers.find((t) => t.outcome === outcome && (metric === undefined || t.metric === metric));
  if (!enough)
    return {
      status: "not_enough_data",
      rule: null,
      reason: "too few requests in an arm, or no baseline yet",
    };
  if (split.logE >= Math.log(MISMATCH)) {
    const { stable, canary } = split.requests;
    const reason = `${canary} requests on the canary and ${stable} on stable do not fit the planned shares (e-value ${show(Math.exp(Math.min(split.logE, 700)))}): a routing or logging fault`;
    return { status: "split_mismatch", rule: "sample_ratio", reason };
  }
  if (combined.logE >= Math.log(1 / alpha)) {
    const trigger =
      named("breached", combined.leading) ?? triggers.find((t) => t.metric === combined.leading);
    const detail =
      trigger === undefined
        ? combined.leading
        : `${trigger.metric} ${show(trigger.canary)} on the canary, ${show(trigger.stable)} on stable`;
    return { status: "breach", rule: trigger?.name ?? combined.leading, reason: `${detail}; ${e}` };
  }
  const shared = named("shared");
  if (shared !== undefined) {
    const reason = `${shared.metric} ${show(shared.canary)} on the canary and ${show(shared.stable)} on stable: not the canary's fault`;
    return { status: "shared_breach", rule: shared.name, reason };
  }
  const suspect = named("breached");
  if (suspect !== undefined) {
    const reason = `${suspect.metric} ${show(suspect.canary)} is beyond ${show(suspect.limit)}, but the evidence is thin (${e})`;
    return { status: "suspect", rule: suspect.name, reason };
  }
  return { status: "healthy", rule: null, reason: e };
}

/** Judges a running canary from the folded buckets (ascending) up to `watermark`. */
export function findCanary(input: {
  readonly app: string;
  readonly run: CanaryRun;
  readonly unit: Rollout["unit"];
  readonly buckets: readonly BucketFold[];
  readonly baseline: Baseline | undefined;
  readonly policy: RollbackPolicy;
  readonly watermark: number;
  readonly at: number;
  readonly folds: string | null;
  readonly distrust?: string | undefined;
}): Finding {
  const { app, run, unit, baseline, policy, watermark, at, folds, distrust } = input;
  const names = { stable: run.stable, canary: run.canary };
  const life = between(input.buckets, run.from, watermark);
  const exclusive = exclusiveModels(life, names.stable, names.canary);
  const arms = mergeArms(life, names, exclusive);
  const summary = { stable: summarise(arms.stable), canary: summarise(arms.canary) };
  const costMargin = policy.triggers.find(
    (t) => t.metric === "cost_per_request" && t.relative !== undefined,
  )?.relative;
  const cells = lifeCells(life, run.epochs, names, exclusive, baseline?.from ?? watermark);
  const split = weighSplit(lifeCells(life, run.epochs, names, exclusive, run.from), unit);
  const evidence =
    baseline === undefined
      ? { parts: [], held: ["no baseline of stable yet"] }
      : weighEvidence(cells, baseline, {
          unit,
          costMargin,
          sequential: policy.sequential,
          distrust: policy.judge.requireAgreement.includes("rollback") ? distrust : undefined,
        });
  const combined =
    evidence.parts.length === 0 ? { logE: 0, leading: "avg_quality_score" } : combineEvidence(evidence.parts);
  const triggers = policy.triggers.map((trigger) => readTrigger(trigger, life, names, exclusive, watermark));
  const enough =
    baseline !== undefined &&
    summary.canary.requests >= MIN_REQUESTS_PER_ARM &&
    summary.stable.requests >= MIN_REQUESTS_PER_ARM;
  return {
    app,
    run: run.id,
    generation: run.generation,
    ...names,
    share: run.share,
    epochs: run.epochs.map(({ from, share }) => ({ from, share })),
    at,
    startedAt: run.from,
    watermark,
    folds,
    evidenceFrom: baseline?.from ?? null,
    ...verdictOf(enough, split, combined, triggers, policy.alpha),
    logE: combined.logE,
    evidence: evidence.parts,
    held: evidence.held,
    ...(distrust === undefined ? {} : { distrust }),
    promotion: baseline === undefined ? [] : weighPromotion(cells, baseline, policy.promotion),
    split,
    arms: summary,
    triggers,
    worst: arms.canary.worst,
  };
}
