import { asArray, asObject, asText, type JsonObject } from "./json.ts";
import type { Answer, AnswerBlock, Part } from "./prompt.ts";
import { joinBlocks } from "./prompt.ts";

/** Reads one content block of a Converse or Nova request; images, cache points and tool calls have no parts. */
export function converseParts(block: JsonObject): Part[] {
  const text = asText(block.text);
  if (text !== undefined) return [{ kind: "text", text }];
  const guarded = asObject(asObject(block.guardContent)?.text);
  if (guarded !== undefined) return guardedPart(guarded);
  const result = asObject(block.toolResult);
  if (result !== undefined) {
    return resultTexts(result.content).map((text) => ({ kind: "tool_result", text }));
  }
  return documentText(block).map((text) => ({ kind: "text", text }));
}

function guardedPart(guarded: JsonObject): Part[] {
  const text = asText(guarded.text);
  if (text === undefined) return [];
  const qualifiers = asArray(guarded.qualifiers);
  if (qualifiers.includes("grounding_source")) return [{ kind: "grounding", text }];
  return [{ kind: qualifiers.includes("query") ? "query" : "text", text }];
}

function resultTexts(content: unknown): string[] {
  return asArray(content).flatMap((item) => {
    const block = asObject(item);
    if (block === undefined) return [];
    const text = asText(block.text);
    if (text !== undefined) return [text];
    if (block.json !== undefined) return [JSON.stringify(block.json)];
    return documentText(block);
  });
}

/** Text of a `document` with a text source, or of a `searchResult`. */
function documentText(block: JsonObject): string[] {
  const source = asObject(asObject(block.document)?.source);
  const content = asObject(block.searchResult)?.content ?? source?.content;
  const texts = [source, ...asArray(content).map(asObject)].flatMap((item) => asText(item?.text) ?? []);
  return texts.length === 0 ? [] : [texts.join("\n")];
}

/** Reads a Converse, ConverseStream or Nova response (`output.message.content`). */
export function converseAnswer(body: JsonObject): Answer | undefined {
  const output = body.output;
  if (output === undefined) return undefined;
  return joinBlocks(asArray(asObject(asObject(output)?.message)?.content).map(converseBlock));
}

function converseBlock(item: unknown): AnswerBlock {
  const block = asObject(item);
  const text = asText(block?.text);
  if (text !== undefined) return { kind: "text", text };
  const toolUse = asObject(block?.toolUse);
  if (toolUse !== undefined) {
    const id = asText(toolUse.toolUseId) ?? "";
    return {
      kind: "tool_use",
      toolUse: { id, name: asText(toolUse.name) ?? "", input: toolUse.input },
    };
  }
  const cited = asArray(asObject(block?.citationsContent)?.content).flatMap(
    (part) => asText(asObject(part)?.text) ?? [],
  );
  return cited.length > 0 ? { kind: "text", text: cited.join("") } : { kind: "other" };
}
