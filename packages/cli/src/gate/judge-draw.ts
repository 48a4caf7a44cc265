import { randomBytes } from "node:crypto";
import type { ConverseOutcome, ConverseRequest } from "@bellwether/aws/judge";
import { type Config, judgeCalls } from "@bellwether/core/config/config";
import type { Draw, Side } from "@bellwether/core/gate/outcome";
import type { SuiteItem } from "@bellwether/core/gate/suite";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import type { Conversation } from "@bellwether/core/records/conversation";
import { parseModelId } from "@bellwether/core/records/model";
import { crossCheck } from "@bellwether/evaluators/cross-check";
import { evaluateText, type TextJudged } from "@bellwether/evaluators/evaluate-text";
import { type EvaluationPlan, planFor } from "@bellwether/evaluators/evaluation-plan";
import type { EvaluationPolicy } from "@bellwether/evaluators/evaluation-policy";
import { expectedChecks } from "@bellwether/evaluators/expected-checks";
import type { Converse } from "@bellwether/evaluators/judge-answer";
import { toJudgeInput } from "@bellwether/evaluators/judge-input";
import { buildJudgeRequest } from "@bellwether/evaluators/judge-prompt";
import { readVerdicts } from "@bellwether/evaluators/verdicts";
import { EVALUATOR_VERSION, JUDGE_PROMPT_VERSION } from "@bellwether/evaluators/version";
import { callUsd } from "./call-usd.ts";

/** What a look at an answer came to; `paid` when a model was called or none was needed. */
export type Looked =
  | { readonly kind: "drawn"; readonly draw: Draw; readonly paid: boolean }
  | { readonly kind: "unavailable"; readonly reason: string; readonly final: boolean };

/** The judge of a run. */
export interface GateJudge {
  readonly identity: Side["judge"];
  /** What, besides item, answer and number, a draw was computed from. */
  readonly key: unknown;
  /** Calls of a model that one look takes. */
  readonly calls: number;
  /** USD of one look at an answer of typical length; null when the judge is unpriced. */
  readonly estimateUsd: (item: SuiteItem) => number | null;
  readonly look: (item: SuiteItem, answer: string, draw: number) => Promise<Looked>;
}

interface JudgeOptions {
  readonly config: Config;
  readonly policy: EvaluationPolicy;
  readonly app: string | undefined;
  readonly prices: PriceBook;
  readonly standIn: boolean;
  /** Looks at every answer; several are taken at the model's own temperature, or they would all be the same. */
  readonly repeats: number;
  readonly converse: (request: ConverseRequest) => Promise<ConverseOutcome>;
}

const CHARS_PER_TOKEN = 4;
const TYPICAL_OUTPUT_TOKENS = 350;

/** A judge that looks at answers exactly as production's does. */
export function gateJudge(options: JudgeOptions): GateJudge {
  const { config, policy, app, prices, standIn, repeats } = options;
  const ours = planFor(policy, { app });
  const models = judgeCalls(config);
  const modelId = [...new Set(models.map((model) => parseModelId(model).id))].join(",");
  const version = [JUDGE_PROMPT_VERSION, EVALUATOR_VERSION, ...(ours.version ? [ours.version] : [])].join(
    ".",
  );
  const { maxTokens, weights } = config.judge;
  return {
    identity: { modelId, version, standIn },
    key: { models, version, standIn, maxTokens, weights, sampled: repeats > 1 },
    calls: models.length,
    estimateUsd: (item) => {
      const input = toJudgeInput(conversationOf(item, item.reference ?? item.input), referenceOf(item));
      if ("abstained" in input) return 0;
      const request = buildJudgeRequest(input, { modelId, maxTokens, delimiter: newDelimiter() });
      const inputTokens = Math.ceil(JSON.stringify(request).length / CHARS_PER_TOKEN);
      const usage = { ...NO_TOKENS, inputTokens, outputTokens: TYPICAL_OUTPUT_TOKENS };
      return sum(models.map((model) => callUsd(model, usage, prices)));
    },
    look: (item, answer, draw) => look(item, answer, draw, ours, options),
  };
}

async function look(
  item: SuiteItem,
  answer: string,
  draw: number,
  ours: EvaluationPlan,
  { config, repeats, converse, prices }: JudgeOptions,
): Promise<Looked> {
  const plan = { ...ours, checks: [...expectedChecks(item.expected), ...ours.checks] };
  const responses: unknown[] = [];
  const outages: { reason: string; final: boolean }[] = [];
  const tap: Converse = async (request) => {
    const { temperature: _, ...inferenceConfig } = request.inferenceConfig;
    const outcome = await converse(repeats > 1 ? { ...request, inferenceConfig } : request);
    if (outcome.kind === "answered") responses.push(outcome.response);
    if (outcome.kind === "unavailable")
      outages.push({
        reason: `${outcome.reason}: ${outcome.detail}`,
        final: outcome.reason === "access_denied",
      });
    return outcome;
  };
  const conversation = conversationOf(item, answer);
  const judged = await evaluateText({ conversation, ...referenceOf(item) }, plan, config, {
    converse: tap,
    newDelimiter,
  });
  if (judged.kind === "unavailable") {
    const [outage] = outages;
    return { kind: "unavailable", reason: outage?.reason ?? judged.reason, final: outage?.final ?? false };
  }
  const judgeUsd = sum(judged.attempts.map(({ modelId, usage }) => callUsd(modelId, usage, prices)));
  return {
    kind: "drawn",
    // A refused call was not paid for, and another setting may mend it: it is tried again.
    paid: judged.attempts.length > 0 || !refused(judged),
    draw: {
      draw,
      metrics: metricsOf(judged),
      unsupportedClaims: unsupported(responses, item, answer, plan),
      judgeUsd,
    },
  };
}

const refused = ({ scores }: TextJudged): boolean =>
  Object.values(scores).some(({ status, reason }) => status === "failed" && reason === "invalid_request");

const metricsOf = ({ scores }: TextJudged): Draw["metrics"] =>
  Object.fromEntries(
    Object.entries(scores).map(([metric, outcome]) => [
      metric,
      outcome.status === "scored" ? { status: outcome.status, score: outcome.score } : outcome,
    ]),
  );

/** Claims that some judge found no support for, as the scores count them. */
function unsupported(
  responses: readonly unknown[],
  item: SuiteItem,
  answer: string,
  plan: EvaluationPlan,
): string[] {
  const input = toJudgeInput(conversationOf(item, answer), referenceOf(item));
  if ("abstained" in input || input.contexts.length === 0) return [];
  const criteria = plan.rubrics.flatMap((rubric) => rubric.criteria);
  const claims = responses.flatMap((response) => {
    const reading = readVerdicts(response, input, criteria);
    return reading.ok ? crossCheck(reading.verdicts, input).verdicts.claims : [];
  });
  return [...new Set(claims.filter(({ supported }) => supported === "no").map(({ text }) => text))];
}

const conversationOf = ({ input, contexts }: SuiteItem, answer: string): Conversation => ({
  turns: [],
  toolUses: [],
  contexts,
  contextTruncated: false,
  question: input,
  answer,
});

const referenceOf = ({ reference }: SuiteItem): { readonly reference?: string } =>
  reference === undefined ? {} : { reference };

const newDelimiter = (): string => randomBytes(12).toString("hex");

const NO_TOKENS = { cacheReadTokens: 0, cacheWriteTokens: 0, cacheWrite1hTokens: 0 };

/** Null when any part is unknown. */
const sum = (parts: readonly (number | null)[]): number | null =>
  parts.reduce<number | null>((total, part) => (total === null || part === null ? null : total + part), 0);
