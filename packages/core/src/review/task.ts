import * as z from "zod";
import { type Config, judgeCalls } from "../config/config.ts";
import type { LakeRow } from "../lake/tables.ts";
import { eventTime, type KnownRequest, placeOf } from "../requests/request-item.ts";
import { permanentRandomNumber } from "../sampling/unit.ts";
import { NONE } from "../windows/items.ts";
import { labelUnit, wantsSecondLabel } from "./draw.ts";

/** Why people are asked: `sample` is the random slice that estimates rest on, everything else is a flag. */
const REVIEW_REASONS = ["sample", "negative_feedback", "injection_suspected", "judge_uncertain"] as const;
type ReviewReason = (typeof REVIEW_REASONS)[number];

/** A request that people are asked to label; it says nothing of the judge's score, so that they stay blind. */
export const reviewTaskSchema = z.object({
  requestId: z.string(),
  app: z.string(),
  variant: z.string().nullable(),
  promptVersion: z.string().nullable(),
  /** Event time, ms. */
  at: z.number(),
  reasons: z.array(z.enum(REVIEW_REASONS)).min(1),
  /** Probability that a judged request becomes a task of the random slice; null for a task that enters no mean. */
  rho: z.number().gt(0).max(1).nullable(),
  /** Place in the queue: whoever labels in this order leaves off at random. Null for flagged tasks. */
  order: z.number().nullable(),
  /** A second person labels it too, blind. */
  second: z.boolean(),
  sourceKey: z.string(),
  sourceLine: z.number(),
  interactionKey: z.string().nullable(),
});
export type ReviewTask = z.infer<typeof reviewTaskSchema>;

/** Quality from which a user's negative feedback contradicts the judge. */
const GOOD = 0.7;
/** Uncertainty of quality from which the judge contradicts itself: the sd of several draws, or how near one draw is to the middle. */
const UNCERTAIN_DRAWS = 0.25;
const UNCERTAIN_ALONE = 0.9;

function flagsOf({ judgement, votes }: KnownRequest, draws: number): ReviewReason[] {
  const quality = judgement?.outcomes.quality;
  const good = quality?.status === "scored" && quality.score >= GOOD;
  const uncertain = draws > 1 ? UNCERTAIN_DRAWS : UNCERTAIN_ALONE;
  return [
    ...(good && votes.some(({ negative }) => negative) ? ["negative_feedback" as const] : []),
    ...(judgement?.injection !== undefined ? ["injection_suspected" as const] : []),
    ...((quality?.uncertainty ?? 0) >= uncertain ? ["judge_uncertain" as const] : []),
  ];
}

/** The task of a judged request as the stored item decides it, the same on every call; undefined when people are not asked. */
export function taskOf(request: KnownRequest, config: Config): ReviewTask | undefined {
  const { requestId, judgement, row } = request;
  const {
    sampling: { salt },
    review,
  } = config;
  if (judgement === undefined || review.labelsPerMonth === 0) return undefined;
  const u = labelUnit(salt, requestId);
  const rho = judgement.rho !== undefined && u < judgement.rho ? judgement.rho : null;
  const reasons: ReviewReason[] = [
    ...(rho === null ? [] : ["sample" as const]),
    ...flagsOf(request, judgeCalls(config).length),
  ];
  if (reasons.length === 0) return undefined;
  const { variant, promptVersion } = placeOf(request).segment;
  return {
    requestId,
    app: String(row.app),
    variant: variant === NONE ? null : variant,
    promptVersion: promptVersion === NONE ? null : promptVersion,
    at: eventTime(request),
    reasons,
    rho,
    order: rho === null ? null : u / rho,
    second: wantsSecondLabel(salt, requestId, review.secondLabelShare),
    sourceKey: String(row.source_key),
    sourceLine: Number(row.source_line),
    interactionKey: request.interactionKey ?? null,
  };
}

/**
 * The place a task takes among those of its app: one of its own for the random slice, one of `flaggedPerDay` a day for
 * the others, where the first to come stays. Repeating it gives the same place.
 */
export function taskSlot({ requestId, rho, at }: ReviewTask, flaggedPerDay: number): string {
  if (rho !== null) return `sample|${requestId}`;
  const slot = Math.floor(permanentRandomNumber("review slot", requestId) * flaggedPerDay);
  return `flagged|${new Date(at).toISOString().slice(0, 10)}|${slot}`;
}

/** The `review_tasks_log` row of a task. */
export const taskRow = (task: ReviewTask): LakeRow => ({
  request_id: task.requestId,
  at: new Date(task.at).toISOString(),
  app: task.app,
  variant: task.variant,
  prompt_version: task.promptVersion,
  reasons: task.reasons.join(","),
  rho: task.rho,
  place: task.order,
  second: task.second,
  source_key: task.sourceKey,
  source_line: task.sourceLine,
  interaction_key: task.interactionKey,
  rev: task.reasons.length,
});

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** The task behind a `review_tasks` row; throws ZodError for anything else. */
export const taskFromRow = (row: Readonly<Record<string, unknown>>): ReviewTask =>
  reviewTaskSchema.parse({
    requestId: row.request_id,
    app: row.app,
    variant: text(row.variant),
    promptVersion: text(row.prompt_version),
    at: Date.parse(String(row.at)),
    reasons: String(row.reasons).split(","),
    rho: row.rho ?? null,
    order: row.place ?? null,
    second: row.second,
    sourceKey: row.source_key,
    sourceLine: row.source_line,
    interactionKey: text(row.interaction_key),
  });
