import type { Usage } from "@bellwether/core/records/invocation";
import { type Combined, combineDraws } from "./combine-draws.ts";
import type { Rubric } from "./custom-scores.ts";
import { type Converse, judgeAnswer } from "./judge-answer.ts";
import type { JudgeInput } from "./judge-input.ts";
import type { FailReason, Scores } from "./outcome.ts";
import type { Weights } from "./quality.ts";

/** What one call of a judge used. */
export interface Attempt {
  readonly modelId: string;
  readonly usage: Usage;
}

export type PanelJudged =
  | ({ readonly kind: "judged"; readonly attempts: readonly Attempt[] } & Combined)
  | { readonly kind: "unavailable"; readonly reason: FailReason; readonly attempts: readonly Attempt[] };

/**
 * Judges one answer with every model of `models` at the same time, a model as often as it is named; draws beyond the
 * first are taken at the model's own temperature. While more than half of the draws were answered the others are done
 * without; otherwise the panel is unavailable.
 */
export async function judgeByPanel(
  input: JudgeInput,
  options: {
    readonly models: readonly string[];
    readonly maxTokens: number;
    readonly weights: Weights;
    readonly rubrics?: readonly Rubric[];
    /** What judge-free checks found before. */
    readonly checked?: Scores;
    readonly newDelimiter: () => string;
  },
  converse: Converse,
): Promise<PanelJudged> {
  const { models, newDelimiter, ...rest } = options;
  const draws = await Promise.all(
    models.map(async (modelId) => {
      const repeated = models.indexOf(modelId) !== models.lastIndexOf(modelId);
      const sampling = repeated ? ("model_default" as const) : ("greedy" as const);
      const judged = await judgeAnswer(
        input,
        { ...rest, modelId, delimiter: newDelimiter(), sampling },
        converse,
      );
      return { judged, attempts: judged.attempts.map((usage) => ({ modelId, usage })) };
    }),
  );
  const attempts = draws.flatMap((draw) => draw.attempts);
  const answered = draws.flatMap(({ judged }) => (judged.kind === "judged" ? [judged.scores] : []));
  if (2 * answered.length > draws.length)
    return { kind: "judged", attempts, ...combineDraws(answered, rest.weights) };
  const reason = draws.flatMap(({ judged }) => (judged.kind === "unavailable" ? [judged.reason] : []))[0];
  return { kind: "unavailable", reason: reason ?? "model_error", attempts };
}
