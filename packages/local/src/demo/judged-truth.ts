import { toJudgeInput } from "@bellwether/evaluators/judge-input";
import { buildJudgeRequest } from "@bellwether/evaluators/judge-prompt";
import type { Weights } from "@bellwether/evaluators/quality";
import { scoreVerdicts } from "@bellwether/evaluators/score";
import { readVerdicts } from "@bellwether/evaluators/verdicts";
import { standInJudge } from "../judge/stand-in.ts";
import type { Truth } from "../traffic/truth.ts";

/** What the judge says of one answer when every answer is judged. */
export interface JudgedAnswer {
  readonly requestId: string;
  readonly variant: string;
  /** Event time, ms. */
  readonly at: number;
  /** Quality in [0, 1]. */
  readonly score: number;
}

// Nothing here is hostile, and the delimiter changes no verdict.
const DELIMITER = "everyanswerjudged0";

/** Quality of an answer by the stand-in judge; undefined where it abstains, as the product would. */
export function judgeTruth(truth: Truth, weights: Weights): JudgedAnswer | undefined {
  if (!truth.hasAnswer) return undefined;
  const { requestId, variant, at, question, answer, contexts } = truth;
  const input = toJudgeInput({
    turns: [],
    question,
    answer,
    contexts,
    contextTruncated: false,
    toolUses: [],
  });
  if ("abstained" in input) return undefined;
  const request = buildJudgeRequest(input, { modelId: "stand-in", maxTokens: 2_048, delimiter: DELIMITER });
  const reading = readVerdicts(standInJudge(request), input);
  if (!reading.ok) throw new Error(`the stand-in judge answered badly: ${reading.detail}`);
  const { quality } = scoreVerdicts(reading.verdicts, input, { weights });
  return quality?.status === "scored" ? { requestId, variant, at, score: quality.score } : undefined;
}
