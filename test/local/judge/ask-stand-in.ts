import type { Criterion } from "@bellwether/evaluators/criterion";
import type { JudgeInput } from "@bellwether/evaluators/judge-input";
import { buildJudgeRequest } from "@bellwether/evaluators/judge-prompt";
import type { Verdicts } from "@bellwether/evaluators/judge-schema";
import { readVerdicts } from "@bellwether/evaluators/verdicts";
import { standInJudge } from "@bellwether/local/judge/stand-in";

const DELIMITER = "k3j9x2m4q8w1z7v5";

/** A judge prompt about the given texts. */
export function judgeRequest(input: JudgeInput, criteria: readonly Criterion[] = []) {
  return buildJudgeRequest(input, { modelId: "judge", maxTokens: 1_000, delimiter: DELIMITER, criteria });
}

/** The stand-in's verdicts over the whole path: prompt, answer, reading. */
export function askStandIn(
  input: Partial<JudgeInput> & Pick<JudgeInput, "answer">,
  criteria: readonly Criterion[] = [],
): Verdicts {
  const whole: JudgeInput = { contexts: [], contextTruncated: false, ...input };
  const reading = readVerdicts(standInJudge(judgeRequest(whole, criteria)), whole, criteria);
  if (!reading.ok) throw new Error(`${reading.reason}: ${reading.detail}`);
  return reading.verdicts;
}
