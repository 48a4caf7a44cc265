import type { ToolUse } from "./conversation.ts";

/** One piece of a message, after the body family's spelling is gone. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  /** guardContent with qualifier `grounding_source`. */
  | { readonly kind: "grounding"; readonly text: string }
  /** guardContent with qualifier `query`. */
  | { readonly kind: "query"; readonly text: string }
  | { readonly kind: "tool_result"; readonly text: string };

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly parts: readonly Part[];
}

/** A request of any body family: its instructions and its messages in order. */
export interface Prompt {
  readonly system: readonly Part[];
  readonly messages: readonly Message[];
}

/** A response of any body family; without `text` the model wrote none. */
export interface Answer {
  readonly text?: string;
  readonly toolUses: readonly ToolUse[];
}

/** A block of the model's output: text, a tool call, or something else (reasoning) that separates texts. */
export type AnswerBlock =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool_use"; readonly toolUse: ToolUse }
  | { readonly kind: "other" };

/** Joins answer blocks: neighbouring texts (citations cut one text into many) without a gap, others with a newline; blank text is no text. */
export function joinBlocks(blocks: readonly AnswerBlock[]): Answer {
  let text = "";
  let separated = false;
  const toolUses: ToolUse[] = [];
  for (const block of blocks) {
    if (block.kind === "text") {
      text += separated && text !== "" ? `\n${block.text}` : block.text;
      separated = false;
    } else separated = true;
    if (block.kind === "tool_use") toolUses.push(block.toolUse);
  }
  return answerOf(text, toolUses);
}

/** An answer of plain text and tool calls; blank text is no text. */
export function answerOf(text: string, toolUses: readonly ToolUse[] = []): Answer {
  return /\S/.test(text) ? { text, toolUses } : { toolUses };
}
