import type { Config } from "@bellwether/core/config/config";
import type { LakeValue } from "@bellwether/core/lake/tables";
import type { Conversation } from "@bellwether/core/records/conversation";
import type { Usage } from "@bellwether/core/records/invocation";
import type { KnownRequest } from "@bellwether/core/requests/request-item";
import { runChecks } from "./checks.ts";
import type { EvaluationPlan, Subject } from "./evaluation-plan.ts";
import { type Converse, judgeAnswer } from "./judge-answer.ts";
import { toJudgeInput } from "./judge-input.ts";
import type { AbstainReason, Scores } from "./outcome.ts";
import { abstainedScores, settledScores } from "./score.ts";

/** What a policy knows a request by. */
export const subjectOf = ({ row }: KnownRequest): Subject => ({
  app: textOf(row.app),
  feature: textOf(row.feature),
  promptVersion: textOf(row.prompt_version),
});
const textOf = (value: LakeValue | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

type TextResult =
  | {
      readonly kind: "judged";
      readonly scores: Scores;
      readonly attempts: readonly Usage[];
      /** The check that spared the judge. */
      readonly settledBy?: string;
    }
  | { readonly kind: "unavailable"; readonly reason: string };

/** Every metric of the plan abstains for one reason; what checks found stands. */
export const notJudged = (
  reason: AbstainReason,
  { rubrics }: EvaluationPlan,
  checked: Scores = {},
): TextResult => ({
  kind: "judged",
  scores: {
    ...checked,
    ...abstainedScores(
      reason,
      rubrics.map(({ id }) => ({ id, instruction: "" })),
    ),
  },
  attempts: [],
});

/** Scores one answer: free checks first, then the judge unless a check settles the matter. */
export async function evaluateText(
  { conversation, reference }: { readonly conversation: Conversation; readonly reference?: string },
  plan: EvaluationPlan,
  config: Config,
  deps: { readonly converse: Converse; readonly newDelimiter: () => string },
): Promise<TextResult> {
  const { answer = "" } = conversation;
  if (answer.trim() === "") return notJudged("no_answer", plan);
  const { modelId, maxTokens } = config.judge;
  const weights = { ...config.judge.weights, ...plan.weights };
  const { scores: checked, settled } = runChecks(plan.checks, answer, reference);
  if (settled !== undefined) {
    const scores = settledScores(checked, settled, weights, plan.rubrics);
    return { kind: "judged", scores, attempts: [], settledBy: settled.by };
  }
  const input = toJudgeInput(conversation, reference === undefined ? {} : { reference });
  if ("abstained" in input) return notJudged(input.abstained, plan, checked);
  const { rubrics } = plan;
  return judgeAnswer(
    input,
    { modelId, maxTokens, weights, rubrics, checked, delimiter: deps.newDelimiter() },
    deps.converse,
  );
}
