import type { Usage } from "@bellwether/core/records/invocation";
import type { ConverseRequest } from "./converse.ts";
import { crossCheck, describeVoids } from "./cross-check.ts";
import type { JudgeInput } from "./judge-input.ts";
import { buildJudgeRequest } from "./judge-prompt.ts";
import type { FailReason, Scores } from "./outcome.ts";
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
    readonly maxTokens: number;
    readonly delimiter: string;
    readonly weights: Weights;
    readonly sampling?: "greedy" | "model_default";
  },
  converse: Converse,
): Promise<Judged> {
  const attempts: Usage[] = [];
  let request = buildJudgeRequest(input, options);
  let partial: Scores | undefined;
  for (let attempt = 1; ; attempt++) {
    const result = await converse(request);
    if (result.kind === "unavailable") return { kind: "unavailable", reason: result.reason, attempts };
    if (result.kind === "refused")
      return { kind: "judged", scores: partial ?? failedScores(result.reason, input), attempts };
    attempts.push(result.usage);
    const reading = readVerdicts(result.response, input);
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
      if (attempt === 2)
        return { kind: "judged", scores: partial ?? failedScores(reading.reason, input), attempts };
    }
    request = buildRepairRequest(request, result.response, complaint);
  }
}
