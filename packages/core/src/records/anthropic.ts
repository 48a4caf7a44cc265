import { asArray, asObject, asText, type JsonObject } from "./json.ts";
import type { Answer, AnswerBlock, Part } from "./prompt.ts";
import { answerOf, joinBlocks } from "./prompt.ts";

/** Reads one typed content block of an Anthropic Messages request; images, thinking and tool calls have no parts. */
export function anthropicParts(block: JsonObject): Part[] {
  switch (block.type) {
    case "text":
      return textsOf(block).map((text) => ({ kind: "text", text }));
    case "tool_result":
      return textsOf(block.content).map((text) => ({ kind: "tool_result", text }));
    case "search_result":
      return joined(textsOf(block.content)).map((text) => ({ kind: "text", text }));
    case "document":
      return documentTexts(block.source).map((text) => ({ kind: "text", text }));
    default:
      return [];
  }
}

/** Texts of a string, of a block, or of an array of blocks. */
function textsOf(content: unknown): string[] {
  if (typeof content === "string") return content === "" ? [] : [content];
  if (Array.isArray(content)) return content.flatMap((item) => (asObject(item) ? textsOf(item) : []));
  const block = asObject(content);
  if (block === undefined) return [];
  if (block.type === "search_result") return joined(textsOf(block.content));
  if (block.type === "document") return documentTexts(block.source);
  const text = asText(block.text);
  return text === undefined ? [] : [text];
}

/** A document source is plain text in `data` or blocks in `content`; base64 and URLs have no text. */
function documentTexts(source: unknown): string[] {
  const from = asObject(source);
  if (from?.type === "text") return textsOf(from.data);
  return from?.type === "content" ? joined(textsOf(from.content)) : [];
}

function joined(texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : [texts.join("\n")];
}

/** Reads an Anthropic Messages response (`content`), or the older text completion. */
export function anthropicAnswer(body: JsonObject): Answer | undefined {
  if (typeof body.completion === "string") return answerOf(body.completion);
  if (body.content === undefined) return undefined;
  return joinBlocks(asArray(body.content).map(anthropicBlock));
}

/** Reads one content block of an Anthropic response. */
function anthropicBlock(item: unknown): AnswerBlock {
  const block = asObject(item);
  if (block?.type === "tool_use") {
    const toolUse = {
      id: asText(block.id) ?? "",
      name: asText(block.name) ?? "",
      input: block.input,
    };
    return { kind: "tool_use", toolUse };
  }
  const text = block?.type === "text" ? asText(block.text) : undefined;
  return text === undefined ? { kind: "other" } : { kind: "text", text };
}
