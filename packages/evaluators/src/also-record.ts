import { type JudgeInput, shownAgent } from "./judge-input.ts";

/** What the judge is to record beside the usual, when there is a reference. */
const REFERENCE = `- claims (also without passages): in_reference is "yes" if the reference states it or it follows directly, else "no".
- reference_claims: evidence lists the supporting passages; in_answer is "yes" if the answer states it, else "no".`;

/** The same for an agent's turn. */
const AGENT = `- tool_calls: one entry for every tool call N, index being its number. selection is "yes" if, of the tools listed under tools, this was a right one at this point for what the user wants. parameters is "yes" if every parameter has the meaning the tool expects and its value follows from the conversation, the passages or earlier calls; an invented or missing value is "no". Whether the call succeeded does not matter.`;

const GOAL = `- goal_reached: "yes" if, after this answer, the user has got what they came for in the whole conversation (sections history, question, answer); "no" if not; "unclear" if the conversation does not show what they want.`;

/** Instructions that only some requests need; in the message and not in the rubric, so that the cached prefix stays short and constant. */
export function alsoRecord(input: JudgeInput): string[] {
  const agent = shownAgent(input);
  const parts = [
    ...(input.reference === undefined ? [] : [REFERENCE]),
    ...(agent === undefined ? [] : [AGENT]),
    ...(agent === undefined || agent.historyTooLong ? [] : [GOAL]),
  ];
  return parts.length === 0 ? [] : ["Record also:", ...parts];
}
