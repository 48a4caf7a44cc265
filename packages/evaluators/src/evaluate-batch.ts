import type { Config } from "@bellwether/core/config/config";
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
import { type Converse, judgeAnswer } from "./judge-answer.ts";
import { toJudgeInput } from "./judge-input.ts";
import type { Scores } from "./outcome.ts";
import { readText, type TextDeps } from "./request-text.ts";
import { type DrawDeps, drawForReview } from "./review-draw.ts";
import { abstainedScores } from "./score.ts";
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
}

const REASON_CHARS = 120;
const SETTLED: readonly Outcome[] = ["judged", "abstained", "failed"];
const JUDGE_VERSION = `${JUDGE_PROMPT_VERSION}.${EVALUATOR_VERSION}`;

const sum = (attempts: readonly Usage[], field: keyof Usage): number =>
  attempts.reduce((total, usage) => total + usage[field], 0);

function judgementOf(
  scores: Scores,
  attempts: readonly Usage[],
  before: Judgement | undefined,
  at: number,
  { config, prices }: EvaluateStage,
): Judgement {
  const model = parseModelId(config.judge.modelId);
  let picoUsd: number | null = before === undefined ? 0 : before.picoUsd;
  for (const usage of attempts) {
    const price = prices.price(model, usage, at, { failed: false, region: "" });
    picoUsd = picoUsd === null || price.kind === "unpriced" ? null : picoUsd + price.picoUsd;
  }
  const outcomes = Object.entries(scores).map(([metric, outcome]): [string, StoredOutcome] => [
    metric,
    outcome.reason === undefined ? outcome : { ...outcome, reason: outcome.reason.slice(0, REASON_CHARS) },
  ]);
  return {
    outcomes: Object.fromEntries(outcomes),
    judgeModel: model.id,
    judgeVersion: JUDGE_VERSION,
    picoUsd,
    inputTokens:
      (before?.inputTokens ?? 0) +
      sum(attempts, "inputTokens") +
      sum(attempts, "cacheReadTokens") +
      sum(attempts, "cacheWriteTokens"),
    outputTokens: (before?.outputTokens ?? 0) + sum(attempts, "outputTokens"),
  };
}

function outcomeOf(scores: Scores): { outcome: Outcome; reason: string | null } {
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
  const input = text.ok ? toJudgeInput(text.conversation) : { abstained: "no_answer" as const };
  let scores: Scores;
  let attempts: readonly Usage[] = [];
  if ("abstained" in input) {
    scores = abstainedScores(input.abstained);
  } else {
    const { modelId, maxTokens, weights } = stage.config.judge;
    const judged = await judgeAnswer(
      input,
      { modelId, maxTokens, weights, delimiter: deps.newDelimiter() },
      deps.converse,
    );
    if (judged.kind === "unavailable") {
      await deps.releaseLease(requestId);
      return { kind: "unavailable", reason: judged.reason };
    }
    ({ scores, attempts } = judged);
  }
  const judgement = await drawForReview(
    request,
    judgementOf(scores, attempts, request.judgement, eventTime(request), stage),
    stage.config,
    deps,
  );
  const outcome = text.ok ? outcomeOf(scores) : { outcome: "abstained" as const, reason: text.reason };
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
