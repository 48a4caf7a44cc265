import type { JsonObject } from "./json.ts";
import type { Answer } from "./prompt.ts";
import { answerOf } from "./prompt.ts";

/** Reads a Meta Llama response (`generation`). */
export function llamaAnswer(body: JsonObject): Answer | undefined {
  return typeof body.generation === "string" ? answerOf(body.generation) : undefined;
}
