import { type Config, judgeCalls } from "@bellwether/core/config/config";
import type { LakeValue } from "@bellwether/core/lake/tables";
import type { Conversation } from "@bellwether/core/records/conversation";
import type { KnownRequest } from "@bellwether/core/requests/request-item";
import { runChecks } from "./checks.ts";
import type { EvaluationPlan, Subject } from "./evaluation-plan.ts";
import { describeSuspicions, suspectInput } from "./injection/suspect-input.ts";
import type { Converse } from "./judge-answer.ts";
import { toJudgeInput } from "./judge-input.ts";
import { type Attempt, judgeByPanel } from "./judge-panel.ts";
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

/** What looking at a text came to. */
export interface TextJudged {
  readonly kind: "judged";
  readonly scores: Scores;
  /** Disagreement of the draws, [0, 1], by metric. */
  readonly uncertainty: Readonly<Record<string, number>>;
  readonly attempts: readonly Attempt[];
  /** Sections that seem to speak to the judge, and how; undefined when none does. */
  readonly injection: string | undefined;
  /** The check that spared the judge. */
  readonly settledBy?: string;
}

type TextResult = TextJudged | { readonly kind: "unavailable"; readonly reason: string };

const UNASKED = { uncertainty: {}, attempts: [], injection: undefined } as const;

/** Every metric of the plan abstains for one reason; what checks found stands. */
export const notJudged = (
  reason: AbstainReason,
  { rubrics }: EvaluationPlan,
  checked: Scores = {},
): TextJudged => ({
  kind: "judged",
  scores: {
    ...checked,
    ...abstainedScores(
      reason,
      rubrics.map(({ id }) => ({ id, instruction: "" })),
    ),
  },
  ...UNASKED,
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
  const { maxTokens } = config.judge;
  const weights = { ...config.judge.weights, ...plan.weights };
  const { scores: checked, settled } = runChecks(plan.checks, answer, reference);
  if (settled !== undefined) {
    const scores = settledScores(checked, settled, weights, plan.rubrics);
    return { kind: "judged", scores, ...UNASKED, settledBy: settled.by };
  }
  const input = toJudgeInput(conversation, reference === undefined ? {} : { reference });
  if ("abstained" in input) return notJudged(input.abstained, plan, checked);
  const { rubrics } = plan;
  const judged = await judgeByPanel(
    input,
    { models: judgeCalls(config), maxTokens, weights, rubrics, checked, newDelimiter: deps.newDelimiter },
    deps.converse,
  );
  if (judged.kind === "unavailable") return { kind: "unavailable", reason: judged.reason };
  return { ...judged, injection: describeSuspicions(suspectInput(input)) };
}
