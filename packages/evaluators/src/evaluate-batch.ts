import { type Config, judgeCalls } from "@bellwether/core/config/config";
import type { OffloadedBody } from "@bellwether/core/ingest/log-line";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import type { Usage } from "@bellwether/core/records/invocation";
import { parseModelId } from "@bellwether/core/records/model";
import { JUDGE_APP, type Outcome } from "@bellwether/core/requests/decision";
import {
  currentDecision,
  eventTime,
  isKnown,
  type Judgement,
  type KnownRequest,
  type RequestItem,
  type StoredOutcome,
} from "@bellwether/core/requests/request-item";
import { evaluateText, notJudged, subjectOf, type TextJudged } from "./evaluate-text.ts";
import { type EvaluationPlan, planFor } from "./evaluation-plan.ts";
import type { EvaluationPolicy } from "./evaluation-policy.ts";
import type { Converse } from "./judge-answer.ts";
import type { Attempt } from "./judge-panel.ts";
import type { Scores } from "./outcome.ts";
import { readText, type TextDeps } from "./request-text.ts";
import { type DrawDeps, drawForReview } from "./review-draw.ts";
import { EVALUATOR_VERSION, JUDGE_PROMPT_VERSION } from "./version.ts";

/** What evaluate needs from the world. */
export interface EvaluateDeps extends TextDeps, DrawDeps {
  readonly leaseRequest: (
    requestId: string,
    holder: { readonly messageId: string; readonly attempt: number },
    now: number,
    until: number,
  ) => Promise<RequestItem | undefined>;
  readonly releaseLease: (requestId: string) => Promise<void>;
  readonly getRequest: (requestId: string) => Promise<RequestItem | undefined>;
  readonly saveJudgement: (
    requestId: string,
    judgement: Judgement,
    outcome: { readonly outcome: Outcome; readonly reason: string | null },
  ) => Promise<RequestItem>;
  readonly readLogLines: (key: string, numbers: ReadonlySet<number>) => Promise<Map<number, string>>;
  readonly readOffloadedBody: (bucket: string, key: string) => Promise<OffloadedBody>;
  readonly converse: Converse;
  /** 16 to 64 unpredictable letters or digits. */
  readonly newDelimiter: () => string;
  readonly now: () => number;
}

export interface EvaluateMessage {
  readonly messageId: string;
  readonly requestId: string;
  /** Receive count, from 1. */
  readonly attempt: number;
}

export type Evaluated =
  /** Judged now or before; its effects are to be written (again). */
  | { readonly kind: "judged"; readonly request: KnownRequest; readonly fresh: boolean }
  /** Not to be judged at all (loop guard, filtered meanwhile). */
  | { readonly kind: "refused"; readonly reason: string }
  /** Bedrock is throttled or down: come back later. */
  | { readonly kind: "unavailable"; readonly reason: string }
  /** Somebody else is judging it, or the record is not there yet. */
  | { readonly kind: "busy" };

export interface EvaluateStage {
  readonly config: Config;
  readonly prices: PriceBook;
  readonly leaseMs: number;
  /** The team's rubrics and checks; none unless given. */
  readonly policy?: EvaluationPolicy;
}

const NO_POLICY: EvaluationPolicy = { rubrics: [], checks: [] };
const REASON_CHARS = 120;
const UNCERTAINTY_DIGITS = 4;
const SETTLED: readonly Outcome[] = ["judged", "abstained", "failed"];
const JUDGE_VERSION = `${JUDGE_PROMPT_VERSION}.${EVALUATOR_VERSION}`;

const sum = (attempts: readonly Attempt[], field: keyof Usage): number =>
  attempts.reduce((total, { usage }) => total + usage[field], 0);

function judgementOf(
  { scores, uncertainty, attempts, injection }: TextJudged,
  before: Judgement | undefined,
  at: number,
  plan: EvaluationPlan,
  { config, prices }: EvaluateStage,
): Judgement {
  let picoUsd: number | null = before === undefined ? 0 : before.picoUsd;
  for (const { modelId, usage } of attempts) {
    const price = prices.price(parseModelId(modelId), usage, at, { failed: false, region: "" });
    picoUsd = picoUsd === null || price.kind === "unpriced" ? null : picoUsd + price.picoUsd;
  }
  const outcomes = Object.entries(scores).map(([metric, outcome]): [string, StoredOutcome] => {
    const unsure = uncertainty[metric];
    return [
      metric,
      {
        ...outcome,
        ...(outcome.reason === undefined ? {} : { reason: outcome.reason.slice(0, REASON_CHARS) }),
        ...(unsure === undefined ? {} : { uncertainty: Number(unsure.toFixed(UNCERTAINTY_DIGITS)) }),
      },
    ];
  });
  return {
    outcomes: Object.fromEntries(outcomes),
    judgeModel: [...new Set(judgeCalls(config).map((model) => parseModelId(model).id))].join(","),
    judgeVersion: plan.version === undefined ? JUDGE_VERSION : `${JUDGE_VERSION}.${plan.version}`,
    picoUsd,
    inputTokens:
      (before?.inputTokens ?? 0) +
      sum(attempts, "inputTokens") +
      sum(attempts, "cacheReadTokens") +
      sum(attempts, "cacheWriteTokens"),
    outputTokens: (before?.outputTokens ?? 0) + sum(attempts, "outputTokens"),
    ...(injection === undefined ? {} : { injection }),
  };
}

function outcomeOf(
  scores: Scores,
  settledBy: string | undefined,
): { outcome: Outcome; reason: string | null } {
  // Judged by a check alone: quality may still be unknown, and pi is what it was.
  if (settledBy !== undefined) return { outcome: "judged", reason: `settled_by_${settledBy}` };
  const quality = scores.quality;
  if (quality === undefined) return { outcome: "failed", reason: "no_quality" };
  if (quality.status === "scored") return { outcome: "judged", reason: null };
  return { outcome: quality.status, reason: quality.reason };
}

/** Evaluates one leased request and stores the result. */
async function evaluateLeased(
  request: KnownRequest,
  line: string | undefined,
  stage: EvaluateStage,
  deps: EvaluateDeps,
): Promise<Evaluated> {
  const { requestId } = request;
  const decision = currentDecision(request);
  if (SETTLED.includes(decision.outcome)) {
    await deps.releaseLease(requestId);
    return { kind: "judged", request, fresh: false };
  }
  if (request.row.app === JUDGE_APP || decision.outcome === "filtered") {
    await deps.releaseLease(requestId);
    return { kind: "refused", reason: decision.outcomeReason ?? "loop_guard" };
  }
  const text = await readText(request, line, stage.config, deps);
  const plan = planFor(stage.policy ?? NO_POLICY, subjectOf(request));
  const result = text.ok ? await evaluateText(text, plan, stage.config, deps) : notJudged("no_answer", plan);
  if (result.kind === "unavailable") {
    await deps.releaseLease(requestId);
    return { kind: "unavailable", reason: result.reason };
  }
  const judgement = await drawForReview(
    request,
    judgementOf(result, request.judgement, eventTime(request), plan, stage),
    stage.config,
    deps,
  );
  const outcome = text.ok
    ? outcomeOf(result.scores, result.settledBy)
    : { outcome: "abstained" as const, reason: text.reason };
  const saved = await deps.saveJudgement(requestId, judgement, outcome);
  if (!isKnown(saved)) throw new Error(`the record of ${requestId} disappeared`);
  return { kind: "judged", request: saved, fresh: true };
}

const sourceOf = (request: KnownRequest): { key: string; line: number } => ({
  key: String(request.row.source_key),
  line: Number(request.row.source_line),
});

type Leased = { readonly kind: "leased"; readonly request: KnownRequest } | Evaluated;

async function lease(message: EvaluateMessage, stage: EvaluateStage, deps: EvaluateDeps): Promise<Leased> {
  const { requestId, messageId, attempt } = message;
  const now = deps.now();
  const item = await deps.leaseRequest(requestId, { messageId, attempt }, now, now + stage.leaseMs);
  if (item !== undefined && isKnown(item)) return { kind: "leased", request: item };
  const current = await deps.getRequest(requestId);
  // A doubled message of a request that was judged in the meantime only has its effects written again.
  if (current !== undefined && isKnown(current) && SETTLED.includes(currentDecision(current).outcome)) {
    return { kind: "judged", request: current, fresh: false };
  }
  return { kind: "busy" };
}

/**
 * Leases every request of a batch, reads each source object once, and judges all of them at the same time; one
 * message's trouble (its promise rejects) is not the others'.
 */
export async function evaluateBatch(
  messages: readonly EvaluateMessage[],
  stage: EvaluateStage,
  deps: EvaluateDeps,
): Promise<ReadonlyMap<string, Promise<Evaluated>>> {
  const leases = await Promise.allSettled(messages.map((message) => lease(message, stage, deps)));
  const wanted = new Map<string, Set<number>>();
  for (const settled of leases) {
    if (settled.status !== "fulfilled" || settled.value.kind !== "leased") continue;
    const { key, line } = sourceOf(settled.value.request);
    wanted.set(key, (wanted.get(key) ?? new Set()).add(line));
  }
  const texts = new Map([...wanted].map(([key, numbers]) => [key, deps.readLogLines(key, numbers)]));
  const results = new Map<string, Promise<Evaluated>>();
  messages.forEach((message, index) => {
    const settled = leases[index];
    const evaluate = async (): Promise<Evaluated> => {
      if (settled === undefined || settled.status === "rejected") throw settled?.reason;
      if (settled.value.kind !== "leased") return settled.value;
      const { request } = settled.value;
      const { key, line } = sourceOf(request);
      try {
        const lines = await texts.get(key);
        return await evaluateLeased(request, lines?.get(line), stage, deps);
      } catch (error) {
        await deps.releaseLease(request.requestId);
        throw error;
      }
    };
    const result = evaluate();
    // The handler awaits each one later; until then a rejection is not unhandled.
    result.catch(() => undefined);
    results.set(message.messageId, result);
  });
  return results;
}
