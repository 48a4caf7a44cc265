import type { Criterion } from "./criterion.ts";
import { type JudgeInput, shownAgent } from "./judge-input.ts";

/** Tokens of the verdicts that every answer has, with their keys. */
const FIXED = 140;
const PER_PASSAGE = 22;
const PER_CRITERION = 30;
const PER_TOOL_CALL = 28;
const PER_QUESTION = 40;
const SMALLEST = 256;
const CHARS_PER_TOKEN = 3;
/** A claim repeats its words twice and quotes a passage, with as much JSON around; another script has more tokens to a character. */
const CLAIM_FACTOR = 4.5;

/**
 * Output tokens to ask for, between 256 and `limit`: Bedrock reserves them against the quota up front, so a small
 * number lets more judge calls run. Too small a number is noticed (`output_truncated`), and the repair asks for `limit`.
 */
export function outputBudget(
  input: JudgeInput,
  limit: number,
  criteria: readonly Criterion[] = [],
  generatedQuestions = 0,
): number {
  const grounded = input.contexts.length > 0 || input.reference !== undefined;
  const claimChars = (grounded ? input.answer.length : 0) + (input.reference?.length ?? 0);
  const tokens =
    FIXED +
    (CLAIM_FACTOR * claimChars) / CHARS_PER_TOKEN +
    PER_PASSAGE * input.contexts.length +
    PER_CRITERION * criteria.length +
    PER_TOOL_CALL * (shownAgent(input)?.calls.length ?? 0) +
    PER_QUESTION * generatedQuestions;
  return Math.min(limit, Math.max(SMALLEST, Math.ceil(tokens)));
}
