import { anthropicAnswer } from "./anthropic.ts";
import { chatAnswer } from "./chat.ts";
import { cohereAnswer } from "./cohere.ts";
import { converseAnswer } from "./converse.ts";
import { asObject } from "./json.ts";
import { llamaAnswer } from "./llama.ts";
import { mistralAnswer } from "./mistral.ts";
import type { Answer } from "./prompt.ts";
import { streamAnswer } from "./stream-answer.ts";
import { titanAnswer } from "./titan.ts";

/** Reads a response body of any family by its shape; an unknown shape, a placeholder or an embedding has no text. */
export function readAnswer(json: unknown): Answer {
  if (Array.isArray(json)) return streamAnswer(json);
  const body = asObject(json);
  if (body === undefined) return { toolUses: [] };
  return (
    converseAnswer(body) ??
    anthropicAnswer(body) ??
    chatAnswer(body) ??
    titanAnswer(body) ??
    llamaAnswer(body) ??
    mistralAnswer(body) ??
    cohereAnswer(body) ?? { toolUses: [] }
  );
}
