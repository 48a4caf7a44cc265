import type { ToolUse } from "./conversation.ts";
import { asArray, asObject, asText, type JsonObject } from "./json.ts";
import type { Answer, Message, Part, Prompt } from "./prompt.ts";
import { answerOf } from "./prompt.ts";

const ROLES: ReadonlyMap<unknown, Message["role"]> = new Map([
  ["SYSTEM", "system"],
  ["CHATBOT", "assistant"],
]);

/** Reads a Cohere Command R request; its `documents` and `tool_results` are what the model is to ground on, so both are tool results here. */
export function coherePrompt(body: JsonObject): Prompt | undefined {
  const message = asText(body.message);
  if (message === undefined) return undefined;
  const history = asArray(body.chat_history).flatMap((item): Message[] => {
    const turn = asObject(item);
    const text = asText(turn?.message);
    const role = ROLES.get(turn?.role) ?? "user";
    return text === undefined ? [] : [{ role, parts: [{ kind: "text", text }] }];
  });
  const preamble = asText(body.preamble);
  const grounding = [...asArray(body.documents), ...asArray(body.tool_results).flatMap(outputsOf)];
  const results = grounding.flatMap((item): Part[] => {
    const text = documentText(item);
    return text === undefined ? [] : [{ kind: "tool_result", text }];
  });
  return {
    system: preamble === undefined ? [] : [{ kind: "text", text: preamble }],
    messages: [
      ...history,
      { role: "user", parts: [{ kind: "text", text: message }] },
      ...(results.length === 0 ? [] : [{ role: "user" as const, parts: results }]),
    ],
  };
}

function outputsOf(item: unknown): readonly unknown[] {
  return asArray(asObject(item)?.outputs);
}

/** A document is a flat object of strings; title first where there is one, ids left out. */
function documentText(item: unknown): string | undefined {
  const document = asObject(item);
  if (document === undefined) return undefined;
  const text = asText(document.snippet) ?? asText(document.text);
  if (text === undefined) return JSON.stringify(document);
  const title = asText(document.title);
  return title === undefined ? text : `${title}\n${text}`;
}

/** Reads a Cohere Command response (`text`, or `generations[0].text`). */
export function cohereAnswer(body: JsonObject): Answer | undefined {
  const generation = Array.isArray(body.generations) ? asObject(body.generations[0]) : undefined;
  const text = body.text ?? generation?.text;
  if (typeof text !== "string") return undefined;
  return answerOf(text, asArray(body.tool_calls).flatMap(cohereToolUse));
}

function cohereToolUse(item: unknown): ToolUse[] {
  const call = asObject(item);
  const name = asText(call?.name);
  // Cohere tool calls carry no id.
  return name === undefined ? [] : [{ id: "", name, input: call?.parameters }];
}
