import type { Config } from "../config/config.ts";
import type { IngestDeps } from "../ingest/deps.ts";
import { afterVotes } from "../requests/after-votes.ts";
import { lookAt, type RequestDecision } from "../requests/decision.ts";
import {
  countedRow,
  currentDecision,
  evaluationRows,
  feedbackItems,
  fullRow,
  isKnown,
  type KnownRequest,
  placeOf,
  type RequestItem,
  scoreItem,
  type Vote,
} from "../requests/request-item.ts";
import { publishTasks, type TaskDeps } from "../review/publish-tasks.ts";
import { UNATTRIBUTED } from "../windows/items.ts";
import { type Correction, correctionKey } from "./correction.ts";
import { type Feedback, type Interaction, isNegative, isVote, type Look, readAppEvent } from "./event.ts";

/** What feedback needs from the world. */
export interface FeedbackDeps
  extends Pick<TaskDeps, "putReviewTask">,
    Pick<
      IngestDeps,
      "kappaRows" | "reviseDecision" | "writeLake" | "putWindowItems" | "sendToEvaluate" | "newToken"
    > {
  readonly getRequest: (requestId: string) => Promise<RequestItem | undefined>;
  /** Undefined when a later vote of the same user is known and this one is not negative. */
  readonly castVote: (requestId: string, vote: Vote, now: number) => Promise<RequestItem | undefined>;
  readonly attachInteraction: (
    requestId: string,
    note: {
      readonly key: string;
      readonly variant: string | undefined;
      readonly measured: { readonly latencyMs?: number | undefined; readonly ttftMs?: number | undefined };
    },
    now: number,
  ) => Promise<RequestItem>;
  /** Undefined when the request was put back before. */
  readonly requeueRequest: (requestId: string) => Promise<RequestItem | undefined>;
  readonly writeDocument: (key: string, text: string, contentType: string) => Promise<void>;
}

export interface DeliveredEvent {
  readonly id: string;
  readonly detailType: string;
  readonly detail: unknown;
  /** Delivery time, ms. */
  readonly time: number;
}

export interface FeedbackStage {
  readonly config: Config;
  readonly partName: (...identity: string[]) => string;
}

export type Applied =
  | { readonly kind: "feedback" | "interaction" | "look" }
  | { readonly kind: "invalid"; readonly detail: string };

const RAW_KEPT_BYTES = 4_096;
const MAX_TRIES = 8;
/** A vote without a user is everybody's. */
const ANYBODY = "anybody";

/** Revises the decision while nobody else changes the item; gives the item as it then stands. */
async function revise(
  request: KnownRequest,
  decide: (current: KnownRequest) => RequestDecision | undefined,
  deps: FeedbackDeps,
): Promise<KnownRequest> {
  let current: RequestItem = request;
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    if (!isKnown(current)) throw new Error(`the record of ${request.requestId} disappeared`);
    const decision = decide(current);
    if (decision === undefined) return current;
    const revised = await deps.reviseDecision(current.requestId, current.rev, decision);
    if (revised !== undefined && isKnown(revised)) return revised;
    current = (await deps.getRequest(request.requestId)) ?? current;
  }
  throw new Error(`the decision on ${request.requestId} changed ${MAX_TRIES} times under feedback`);
}

/** Writes again what a changed decision changes, and queues the request if it is now to be judged. */
async function republish(
  request: KnownRequest,
  part: string,
  time: number,
  deps: FeedbackDeps,
): Promise<void> {
  await deps.writeLake("requests_log", part, [fullRow(request)]);
  // A score weighs 1/pi, and pi has just changed.
  const evaluations = evaluationRows(request);
  if (evaluations.length > 0) await deps.writeLake("evaluations_log", part, evaluations);
  const score = scoreItem(request);
  if (score !== undefined) await deps.putWindowItems([score], deps.newToken(), time);
}

async function queueIfDrawn(request: KnownRequest, deps: FeedbackDeps): Promise<void> {
  const { outcome, priority } = currentDecision(request);
  if (outcome !== "queued" || priority === null) return;
  await deps.sendToEvaluate([{ requestId: request.requestId, priority }]);
}

async function applyVote(
  feedback: Feedback & { requestId: string },
  time: number,
  stage: FeedbackStage,
  deps: FeedbackDeps,
): Promise<void> {
  const { requestId, feedbackId } = feedback;
  const vote: Vote = {
    at: feedback.at,
    feedbackId,
    negative: isNegative(feedback),
    user: feedback.user ?? ANYBODY,
  };
  const item = (await deps.castVote(requestId, vote, time)) ?? (await deps.getRequest(requestId));
  // The record is not known yet: the vote waits on its item, and ingest will find it there.
  if (item === undefined || !isKnown(item)) return;
  const request = await revise(item, await afterVotes(item, stage.config, deps), deps);
  const { rules, look } = request.decision;
  if (rules.includes("negative_feedback") || look !== undefined) {
    await republish(request, stage.partName("feedback", feedbackId), time, deps);
  }
  await deps.putWindowItems(feedbackItems(request), deps.newToken(), time);
  // A vote against a good score is for people to settle.
  if (vote.negative)
    await publishTasks([request], stage.partName("feedback", feedbackId), stage.config, deps);
  await queueIfDrawn(request, deps);
}

async function applyLook(
  { requestId }: Look,
  eventId: string,
  time: number,
  stage: FeedbackStage,
  deps: FeedbackDeps,
): Promise<void> {
  const item = await deps.getRequest(requestId);
  // Nothing to look at, or not yet: the app's event may be sent again.
  if (item === undefined || !isKnown(item)) return;
  const request = await revise(item, ({ decision }) => lookAt(decision, "asked"), deps);
  if (request.decision.look === undefined) return;
  await republish(request, stage.partName("look", eventId), time, deps);
  await queueIfDrawn(request, deps);
}

/** Keeps what the answer should have been, before the vote puts the request before the judge. */
async function keepCorrection(feedback: Feedback & { requestId: string }, deps: FeedbackDeps): Promise<void> {
  const { kind, value, requestId, feedbackId } = feedback;
  if (kind !== "correction" || value === undefined || value.trim() === "") return;
  const correction: Correction = { requestId, value };
  await deps.writeDocument(correctionKey(feedbackId), JSON.stringify(correction), "application/json");
}

async function applyFeedback(
  feedback: Feedback,
  time: number,
  stage: FeedbackStage,
  deps: FeedbackDeps,
): Promise<void> {
  await deps.writeLake("feedback_log", stage.partName("feedback", feedback.feedbackId), [
    {
      feedback_id: feedback.feedbackId,
      request_id: feedback.requestId ?? null,
      session_id: feedback.sessionId ?? null,
      kind: feedback.kind,
      value: feedback.value === undefined ? null : String(feedback.value),
      negative: isNegative(feedback),
      comment: feedback.comment ?? null,
      user_id: feedback.user ?? null,
      at: new Date(feedback.at).toISOString(),
      rev: 1,
    },
  ]);
  const { requestId } = feedback;
  if (requestId !== undefined && stage.config.judge.correctionsAsReference)
    await keepCorrection({ ...feedback, requestId }, deps);
  if (requestId !== undefined && isVote(feedback))
    await applyVote({ ...feedback, requestId }, time, stage, deps);
}

async function applyInteraction(
  interaction: Interaction,
  time: number,
  stage: FeedbackStage,
  deps: FeedbackDeps,
): Promise<void> {
  const { requestId, tags, contexts, latencyMs, ttftMs } = interaction;
  const key = `interactions/${encodeURIComponent(requestId)}.json`;
  await deps.writeDocument(key, JSON.stringify(interaction), "application/json");
  const item = await deps.attachInteraction(
    requestId,
    { key, variant: tags?.variant, measured: { latencyMs, ttftMs } },
    time,
  );
  if (!isKnown(item)) return;
  await deps.writeLake("requests_log", stage.partName("interaction", requestId), [fullRow(item)]);
  if (item.lateVariant !== undefined && countedRow(item).variant === UNATTRIBUTED) {
    const { bucket, segment } = placeOf(item);
    const counted = { ...segment, variant: UNATTRIBUTED };
    const error = item.row.error_code !== undefined;
    await deps.putWindowItems(
      [{ kind: "correction", bucket, segment: counted, requestId, to: item.lateVariant, error }],
      deps.newToken(),
      time,
    );
  }
  const blind = item.judgement?.outcomes.faithfulness;
  if (contexts.length === 0 || blind?.status !== "abstained" || blind.reason !== "no_context") return;
  // Judged without its context: once more, now that the context is here.
  const again = await deps.requeueRequest(requestId);
  // Put back by an earlier delivery of this event that ended before it could send the message: send it now.
  const waiting = again !== undefined || currentDecision(item).outcome === "queued";
  const { priority } = item.decision;
  if (waiting && priority !== null) await deps.sendToEvaluate([{ requestId, priority }]);
}

/** Applies one app event; safe to run twice, since every effect is an overwrite under a deterministic key. */
export async function applyAppEvent(
  event: DeliveredEvent,
  stage: FeedbackStage,
  deps: FeedbackDeps,
): Promise<Applied> {
  const read = readAppEvent(event.detailType, event.detail);
  if (read.kind === "feedback") await applyFeedback(read.feedback, event.time, stage, deps);
  else if (read.kind === "interaction") await applyInteraction(read.interaction, event.time, stage, deps);
  else if (read.kind === "look") await applyLook(read.look, event.id, event.time, stage, deps);
  else {
    const raw = Buffer.from(JSON.stringify(event.detail) ?? "").subarray(0, RAW_KEPT_BYTES);
    await deps.writeLake("quarantine_log", stage.partName("event", event.id), [
      {
        source_key: `event/${event.id}`,
        source_line: null,
        reason: "invalid_event",
        detail: read.detail,
        raw: raw.toString("base64"),
        at: new Date(event.time).toISOString(),
        rev: 1,
      },
    ]);
    return read;
  }
  return { kind: read.kind };
}
