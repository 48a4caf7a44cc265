import { asObject, asText, type JsonObject } from "./json.ts";
import type { Answer } from "./prompt.ts";
import { answerOf } from "./prompt.ts";

/** Reads a Mistral text response (`outputs[0].text`). */
export function mistralAnswer(body: JsonObject): Answer | undefined {
  if (!Array.isArray(body.outputs)) return undefined;
  return answerOf(asText(asObject(body.outputs[0])?.text) ?? "");
}
