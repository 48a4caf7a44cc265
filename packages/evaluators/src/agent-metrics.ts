import type { AgentTexts } from "./judge-input.ts";
import type { Verdicts } from "./judge-schema.ts";
import type { Outcome } from "./outcome.ts";

/** Share in [0, 1] of this turn's tool calls whose tool, or whose parameters, were right (AgentCore ToolSelectionAccuracy, ToolParameterAccuracy). */
export function toolAccuracy(
  { tool_calls = [] }: Verdicts,
  agent: AgentTexts,
  field: "selection" | "parameters",
): Outcome {
  const indexes = new Set(tool_calls.map((call) => call.index));
  const whole = agent.calls.every((_, position) => indexes.has(position + 1));
  if (!whole || tool_calls.length !== agent.calls.length) return { status: "failed", reason: "incomplete" };
  // Without the list of tools nobody can say that another one was the right one.
  if (field === "selection" && agent.tools === undefined) return { status: "abstained", reason: "no_tools" };
  const right = tool_calls.filter((call) => call[field] === "yes").length;
  return {
    status: "scored",
    score: right / tool_calls.length,
    reason: `${right} of ${tool_calls.length} tool calls`,
  };
}

/**
 * 1 if the user's goal is reached after this answer, 0 if not (AgentCore GoalSuccessRate, as far as this call's log
 * shows the session: turns that the app left out, and those that follow, are not known).
 */
export function goalSuccess({ goal_reached }: Verdicts, agent: AgentTexts): Outcome {
  if (agent.historyTooLong) return { status: "abstained", reason: "too_long" };
  if (goal_reached === undefined) return { status: "failed", reason: "incomplete" };
  if (goal_reached === "unclear") return { status: "abstained", reason: "goal_unclear" };
  return { status: "scored", score: goal_reached === "yes" ? 1 : 0 };
}
