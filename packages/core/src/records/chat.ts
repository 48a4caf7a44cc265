import type { ToolUse } from "./conversation.ts";
import { asArray, asObject, asText, type JsonObject } from "./json.ts";
import type { Answer } from "./prompt.ts";
import { answerOf } from "./prompt.ts";
import { parseToolInput } from "./tool-input.ts";

/** Reads an OpenAI-style chat response (`choices[0]`: Mistral Large, gpt-oss, Qwen, DeepSeek, Jamba). */
export function chatAnswer(body: JsonObject): Answer | undefined {
  if (!Array.isArray(body.choices)) return undefined;
  const choice = asObject(body.choices[0]);
  const message = asObject(choice?.message);
  const text = contentText(message?.content) || (asText(choice?.text) ?? "");
  return answerOf(text, asArray(message?.tool_calls).flatMap(chatToolUse));
}

function chatToolUse(item: unknown): ToolUse[] {
  const call = asObject(item);
  const fn = asObject(call?.function);
  if (fn === undefined) return [];
  const args = fn.arguments;
  const input = typeof args === "string" ? parseToolInput(args) : args;
  return [{ id: asText(call?.id) ?? "", name: asText(fn.name) ?? "", input }];
}

/** Text of a chat message content: a string, or blocks with `text`. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  return asArray(content)
    .flatMap((item) => asText(asObject(item)?.text) ?? [])
    .join("");
}
