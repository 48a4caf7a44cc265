import type { ToolUse } from "./conversation.ts";
import { asArray, asObject, asText, type JsonObject } from "./json.ts";
import type { Answer, AnswerBlock } from "./prompt.ts";
import { joinBlocks } from "./prompt.ts";
import { parseToolInput } from "./tool-input.ts";

/** What one stream event adds to the content block of that index. */
type Delta =
  | { readonly kind: "text"; readonly index: number; readonly text: string }
  | {
      readonly kind: "tool";
      readonly index: number;
      readonly id: string;
      readonly name: string;
      readonly input?: unknown;
    }
  | { readonly kind: "tool_json"; readonly index: number; readonly json: string }
  | { readonly kind: "other"; readonly index: number };

interface BlockDraft {
  text: string;
  tool?: { id: string; name: string; input?: unknown };
  json: string;
}

/** Rebuilds text and tool calls from the logged events of a response stream of any family; elements that are not objects are skipped. */
export function streamAnswer(events: readonly unknown[]): Answer {
  const drafts = new Map<number, BlockDraft>();
  for (const event of events) for (const delta of readDeltas(event)) addDelta(drafts, delta);
  const ordered = [...drafts].sort(([a], [b]) => a - b);
  return joinBlocks(ordered.flatMap(([, draft]) => finishBlock(draft)));
}

/** Whether a response stream holds any text that is not blank; stops at the first. */
export function streamHasText(events: readonly unknown[]): boolean {
  return events.some((event) =>
    readDeltas(event).some((delta) => delta.kind === "text" && /\S/.test(delta.text)),
  );
}

function addDelta(drafts: Map<number, BlockDraft>, delta: Delta): void {
  const draft: BlockDraft = drafts.get(delta.index) ?? { text: "", json: "" };
  drafts.set(delta.index, draft);
  if (delta.kind === "text") draft.text += delta.text;
  else if (delta.kind === "tool_json") draft.json += delta.json;
  else if (delta.kind === "tool") draft.tool = { id: delta.id, name: delta.name, input: delta.input };
}

function finishBlock({ text, tool, json }: BlockDraft): AnswerBlock[] {
  if (tool === undefined) return text === "" ? [{ kind: "other" }] : [{ kind: "text", text }];
  const input = json === "" ? (tool.input ?? {}) : parseToolInput(json);
  const toolUse: ToolUse = { id: tool.id, name: tool.name, input };
  // Text under a tool's index breaks the protocol, but it is text all the same.
  return [...(text === "" ? [] : [{ kind: "text" as const, text }]), { kind: "tool_use", toolUse }];
}

function readDeltas(item: unknown): readonly Delta[] {
  const event = asObject(item);
  if (event === undefined) return [];
  if (event.type === "content_block_delta" || event.type === "content_block_start")
    return claudeDeltas(event);
  const nova = asObject(event.contentBlockDelta) ?? asObject(event.contentBlockStart);
  if (nova !== undefined) return novaDeltas(nova);
  if (Array.isArray(event.choices)) return chatDeltas(asObject(event.choices[0]));
  return textDelta(0, chunkText(event));
}

function textDelta(index: number, text: string | undefined): readonly Delta[] {
  return text === undefined ? [] : [{ kind: "text", index, text }];
}

function indexOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function claudeDeltas(event: JsonObject): readonly Delta[] {
  const index = indexOf(event.index);
  const start = asObject(event.content_block);
  if (start?.type === "tool_use") {
    const tool = { id: asText(start.id) ?? "", name: asText(start.name) ?? "", input: start.input };
    return [{ kind: "tool", index, ...tool }];
  }
  if (start !== undefined)
    return start.type === "text" ? textDelta(index, asText(start.text)) : [{ kind: "other", index }];
  const delta = asObject(event.delta);
  const json = asText(delta?.partial_json);
  return json === undefined ? textDelta(index, asText(delta?.text)) : [{ kind: "tool_json", index, json }];
}

function novaDeltas(event: JsonObject): readonly Delta[] {
  const index = indexOf(event.contentBlockIndex);
  const start = asObject(asObject(event.start)?.toolUse);
  if (start !== undefined) {
    return [{ kind: "tool", index, id: asText(start.toolUseId) ?? "", name: asText(start.name) ?? "" }];
  }
  const delta = asObject(event.delta);
  const json = asText(asObject(delta?.toolUse)?.input);
  if (json !== undefined) return [{ kind: "tool_json", index, json }];
  const text = asText(delta?.text);
  return text === undefined ? [{ kind: "other", index }] : textDelta(index, text);
}

function chatDeltas(choice: JsonObject | undefined): readonly Delta[] {
  const message = asObject(choice?.delta) ?? asObject(choice?.message);
  // Text is block 0, the tool calls come behind it.
  const deltas: Delta[] = [...textDelta(0, asText(message?.content) ?? asText(choice?.text))];
  for (const item of asArray(message?.tool_calls)) {
    const call = asObject(item);
    const index = 1 + indexOf(call?.index);
    const fn = asObject(call?.function);
    const name = asText(fn?.name);
    if (name !== undefined) deltas.push({ kind: "tool", index, id: asText(call?.id) ?? "", name });
    const json = asText(fn?.arguments);
    if (json !== undefined) deltas.push({ kind: "tool_json", index, json });
  }
  return deltas;
}

/** Text of a Titan, Llama, Mistral, Cohere or Claude 2 chunk. */
function chunkText(event: JsonObject): string | undefined {
  // Cohere repeats the whole text at the end.
  if (event.event_type === "stream-end") return undefined;
  const output = Array.isArray(event.outputs) ? asObject(event.outputs[0]) : undefined;
  return (
    asText(event.outputText) ??
    asText(event.generation) ??
    asText(output?.text) ??
    asText(event.text) ??
    asText(event.completion)
  );
}
