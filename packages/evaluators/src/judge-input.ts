import type { Conversation } from "@bellwether/core/records/conversation";
import type { AbstainReason } from "./outcome.ts";
import { historyText, toolCallsText, toolsText } from "./tool-text.ts";

/** The texts one judge call reads; `contexts` are in retrieval order, blank passages left out. */
export interface JudgeInput {
  readonly question?: string;
  readonly answer: string;
  readonly contexts: readonly string[];
  readonly contextTruncated: boolean;
  readonly reference?: string;
  readonly system?: string;
  /** What an agent did in this turn; absent when it called no tool. Only its own metrics abstain when it is too long. */
  readonly agent?: AgentTexts | "too_long";
}

/** The texts that agent metrics are judged by. */
export interface AgentTexts {
  /** Tool calls in order, one text each: `name(input) -> result`. */
  readonly calls: readonly string[];
  /** Offered tools, one line each; undefined when the log does not name them. */
  readonly tools?: string;
  /** Turns before the question, as far as this call's log shows them; undefined when there are none or too many. */
  readonly history?: string;
  readonly historyTooLong: boolean;
}

/** Largest texts (UTF-16 code units) that are judged; about four to a token, so one call stays below 50,000 tokens. */
export const MAX_QUESTION_CHARS = 20_000;
export const MAX_ANSWER_CHARS = 20_000;
export const MAX_CONTEXT_CHARS = 120_000;
export const MAX_REFERENCE_CHARS = 20_000;
export const MAX_SYSTEM_CHARS = 20_000;
export const MAX_AGENT_CHARS = 40_000;
export const MAX_HISTORY_CHARS = 20_000;
export const MAX_TOOL_CALLS = 40;
/** More passages than this make the per-passage verdicts longer than a judge's output budget. */
export const MAX_PASSAGES = 60;

interface InputOptions {
  /** The right answer, where one is known (golden sets, corrections). */
  readonly reference?: string;
  /** Show the app's system prompt to the judge; only custom criteria need it, and it costs tokens. */
  readonly includeSystem?: boolean;
}

const isBlank = (text: string | undefined): text is undefined | "" =>
  text === undefined || text.trim() === "";

/** What the judge will read of a conversation, or why it is not judged at all; nothing is ever cut. */
export function toJudgeInput(
  conversation: Conversation,
  options: InputOptions = {},
): JudgeInput | { readonly abstained: AbstainReason } {
  const { question, answer, contextTruncated } = conversation;
  if (answer === undefined || isBlank(answer)) return { abstained: "no_answer" };
  const contexts = conversation.contexts.filter((passage) => !isBlank(passage));
  const agent = agentTexts(conversation);
  const system = options.includeSystem === true ? conversation.system : undefined;
  const input: JudgeInput = {
    answer,
    contexts,
    contextTruncated,
    ...(isBlank(question) ? {} : { question }),
    ...(isBlank(options.reference) ? {} : { reference: options.reference }),
    ...(isBlank(system) ? {} : { system }),
    ...(agent === undefined ? {} : { agent }),
  };
  return isTooLong(input) ? { abstained: "too_long" } : input;
}

function isTooLong(input: JudgeInput): boolean {
  const contextChars = input.contexts.reduce((sum, passage) => sum + passage.length, 0);
  return (
    input.answer.length > MAX_ANSWER_CHARS ||
    (input.question?.length ?? 0) > MAX_QUESTION_CHARS ||
    (input.reference?.length ?? 0) > MAX_REFERENCE_CHARS ||
    (input.system?.length ?? 0) > MAX_SYSTEM_CHARS ||
    contextChars > MAX_CONTEXT_CHARS ||
    input.contexts.length > MAX_PASSAGES
  );
}

/** The agent's part of an input that is shown to the judge. */
export const shownAgent = ({ agent }: JudgeInput): AgentTexts | undefined =>
  agent === "too_long" ? undefined : agent;

function agentTexts({ toolTrail, turns }: Conversation): AgentTexts | "too_long" | undefined {
  if (toolTrail === undefined) return undefined;
  const history = historyText(turns);
  const tools = toolsText(toolTrail);
  const calls = toolCallsText(toolTrail);
  const chars = calls.reduce((sum, call) => sum + call.length, tools.length);
  if (calls.length > MAX_TOOL_CALLS || chars > MAX_AGENT_CHARS) return "too_long";
  const historyTooLong = history.length > MAX_HISTORY_CHARS;
  return {
    calls,
    ...(tools === "" ? {} : { tools }),
    ...(history === "" || historyTooLong ? {} : { history }),
    historyTooLong,
  };
}
