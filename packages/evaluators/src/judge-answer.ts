import type { Usage } from "@bellwether/core/records/invocation";
import type { ConverseRequest } from "./converse.ts";
import { crossCheck, describeVoids } from "./cross-check.ts";
import type { Rubric } from "./custom-scores.ts";
import type { JudgeInput } from "./judge-input.ts";
import { buildJudgeRequest } from "./judge-prompt.ts";
import type { FailReason, Scores } from "./outcome.ts";
import { outputBudget } from "./output-budget.ts";
import type { Weights } from "./quality.ts";
import { buildRepairRequest } from "./repair.ts";
import { failedScores, scoreVerdicts } from "./score.ts";
import { readVerdicts } from "./verdicts.ts";

/** One call of the judge: its answer, an outage to wait for, or an error that will not go away. */
export type ConverseResult =
  | { readonly kind: "answered"; readonly response: unknown; readonly usage: Usage }
  | { readonly kind: "unavailable"; readonly reason: FailReason }
  | { readonly kind: "refused"; readonly reason: FailReason };

export type Converse = (request: ConverseRequest) => Promise<ConverseResult>;

/** Scores with what every attempt used, or word that Bedrock is throttled or down. */
export type Judged =
  | { readonly kind: "judged"; readonly scores: Scores; readonly attempts: readonly Usage[] }
  | { readonly kind: "unavailable"; readonly reason: FailReason; readonly attempts: readonly Usage[] };

/** Judges one answer with one call, and one repair when the reply cannot be used; never throws for a bad reply. */
export async function judgeAnswer(
  input: JudgeInput,
  options: {
    readonly modelId: string;
    /** Most output tokens; the first attempt asks for no more than its input makes likely. */
    readonly maxTokens: number;
    readonly delimiter: string;
    readonly weights: Weights;
    readonly rubrics?: readonly Rubric[];
    /** What judge-free checks found before. */
    readonly checked?: Scores;
    readonly sampling?: "greedy" | "model_default";
  },
  converse: Converse,
): Promise<Judged> {
  const attempts: Usage[] = [];
  const criteria = options.rubrics?.flatMap((rubric) => rubric.criteria) ?? [];
  let partial: Scores | undefined;
  const ended = (reason: FailReason): Judged => ({
    kind: "judged",
    scores: partial ?? failedScores(reason, input, criteria, options),
    attempts,
  });
  const maxTokens = outputBudget(input, options.maxTokens, criteria);
  let request = buildJudgeRequest(input, { ...options, criteria, maxTokens });
  for (let attempt = 1; ; attempt++) {
    const result = await converse(request);
    if (result.kind === "unavailable") return { kind: "unavailable", reason: result.reason, attempts };
    if (result.kind === "refused") return ended(result.reason);
    attempts.push(result.usage);
    const reading = readVerdicts(result.response, input, criteria);
    let complaint: string;
    if (reading.ok) {
      const { verdicts, voids } = crossCheck(reading.verdicts, input);
      const scores = scoreVerdicts(verdicts, input, options);
      const retry = attempt === 1 && scores.faithfulness?.reason === "unverifiable";
      if (!retry) return { kind: "judged", scores, attempts };
      partial = scores;
      complaint = describeVoids(voids);
    } else {
      complaint = reading.detail;
      if (attempt === 2) return ended(reading.reason);
    }
    const inferenceConfig = { ...request.inferenceConfig, maxTokens: options.maxTokens };
    request = { ...buildRepairRequest(request, result.response, complaint), inferenceConfig };
  }
}
