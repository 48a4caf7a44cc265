import { asObject, asText, type JsonObject } from "./json.ts";
import type { Answer } from "./prompt.ts";
import { answerOf } from "./prompt.ts";

/** Reads a Titan Text response (`results[0].outputText`). */
export function titanAnswer(body: JsonObject): Answer | undefined {
  if (!Array.isArray(body.results)) return undefined;
  return answerOf(asText(asObject(body.results[0])?.outputText) ?? "");
}
