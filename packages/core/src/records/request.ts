import { anthropicParts } from "./anthropic.ts";
import { contentText } from "./chat.ts";
import { coherePrompt } from "./cohere.ts";
import { converseParts } from "./converse.ts";
import { asArray, asObject, asText, type JsonObject } from "./json.ts";
import type { Message, Part, Prompt } from "./prompt.ts";
import { parsePromptText } from "./prompt-template.ts";

const NOTHING: Prompt = { system: [], messages: [] };

/** Reads a request body of any family by its shape (model ids may be opaque); an unknown shape has no messages. */
export function readRequest(json: unknown): Prompt {
  const body = asObject(json);
  if (body === undefined) return NOTHING;
  if (body.messages !== undefined) return messagesPrompt(body);
  const prompt = asText(body.prompt) ?? asText(body.inputText);
  if (prompt !== undefined) return parsePromptText(prompt);
  return coherePrompt(body) ?? NOTHING;
}

/** Converse, Nova, Anthropic and chat bodies all have `messages`; each block says by its shape whose it is. */
function messagesPrompt(body: JsonObject): Prompt {
  const system = contentParts(body.system);
  const messages: Message[] = [];
  for (const item of asArray(body.messages)) {
    const message = asObject(item);
    if (message === undefined) continue;
    const parts = messageParts(message);
    const role = roleOf(message.role);
    // Chat bodies open with their instructions; a system message further on is a turn.
    if (role === "system" && messages.length === 0) system.push(...parts);
    else if (parts.length > 0) messages.push({ role, parts });
  }
  return { system, messages };
}

function roleOf(role: unknown): Message["role"] {
  if (role === "system" || role === "developer") return "system";
  return role === "assistant" ? "assistant" : "user";
}

function messageParts(message: JsonObject): Part[] {
  if (message.role !== "tool" && message.role !== "function") return contentParts(message.content);
  const text = contentText(message.content);
  return text === "" ? [] : [{ kind: "tool_result", text }];
}

function contentParts(content: unknown): Part[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  return asArray(content).flatMap((item) => {
    const block = asObject(item);
    if (block === undefined) return [];
    return typeof block.type === "string" ? anthropicParts(block) : converseParts(block);
  });
}
