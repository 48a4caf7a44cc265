import type { ToolUse } from "./conversation.ts";
import { asArray, asObject, asText, type JsonObject } from "./json.ts";
import { parseToolInput } from "./tool-input.ts";

/** A tool that the app offered to the model. */
interface OfferedTool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the input, as the app wrote it. */
  readonly schema?: unknown;
}

/** A tool call of the model and what came back; `pending` when the log ends before its result. */
interface ToolCall extends ToolUse {
  readonly result: "ok" | "error" | "pending";
}

/** What the log of one invocation shows of an agent's turn. */
export interface ToolTrail {
  readonly tools: readonly OfferedTool[];
  /** Calls since the user last spoke, in order. */
  readonly calls: readonly ToolCall[];
}

/**
 * Tools and tool calls of the user's last turn, from a Converse, Anthropic or chat request body and the calls of its
 * answer; undefined when the turn called no tool.
 */
export function readToolTrail(json: unknown, answered: readonly ToolUse[]): ToolTrail | undefined {
  const body = asObject(json) ?? {};
  const uses: ToolUse[] = [];
  const results = new Map<string, "ok" | "error">();
  for (const item of asArray(body.messages)) {
    const message = asObject(item);
    if (message === undefined) continue;
    if (speaks(message)) uses.length = 0;
    for (const use of usesOf(message)) uses.push(use);
    for (const [id, result] of resultsOf(message)) results.set(id, result);
  }
  uses.push(...answered);
  if (uses.length === 0) return undefined;
  return {
    tools: toolsOf(body),
    calls: uses.map((use) => ({ ...use, result: results.get(use.id) ?? "pending" })),
  };
}

const blocksOf = (message: JsonObject): JsonObject[] =>
  asArray(message.content)
    .map(asObject)
    .filter((block) => block !== undefined);

/** Whether a message is the user's own words; text beside tool results belongs to the turn that called the tools. */
function speaks(message: JsonObject): boolean {
  if (message.role !== "user") return false;
  return blocksOf(message).every((block) => block.toolResult === undefined && block.type !== "tool_result");
}

function usesOf(message: JsonObject): ToolUse[] {
  const blocks = blocksOf(message).flatMap((block): ToolUse[] => {
    const use = block.type === "tool_use" ? block : asObject(block.toolUse);
    if (use === undefined) return [];
    return [
      { id: asText(use.toolUseId) ?? asText(use.id) ?? "", name: asText(use.name) ?? "", input: use.input },
    ];
  });
  const chat = asArray(message.tool_calls).flatMap((item): ToolUse[] => {
    const call = asObject(item);
    const fn = asObject(call?.function);
    if (fn === undefined) return [];
    const input = typeof fn.arguments === "string" ? parseToolInput(fn.arguments) : fn.arguments;
    return [{ id: asText(call?.id) ?? "", name: asText(fn.name) ?? "", input }];
  });
  return [...blocks, ...chat];
}

function resultsOf(message: JsonObject): [id: string, result: "ok" | "error"][] {
  if (message.role === "tool") return [[asText(message.tool_call_id) ?? "", "ok"]];
  return blocksOf(message).flatMap((block): [string, "ok" | "error"][] => {
    const result = block.type === "tool_result" ? block : asObject(block.toolResult);
    if (result === undefined) return [];
    const id = asText(result.toolUseId) ?? asText(result.tool_use_id) ?? "";
    return [[id, result.status === "error" || result.is_error === true ? "error" : "ok"]];
  });
}

function toolsOf(body: JsonObject): OfferedTool[] {
  const listed = asObject(body.toolConfig)?.tools ?? body.tools;
  return asArray(listed).flatMap((item): OfferedTool[] => {
    const entry = asObject(item);
    const spec = asObject(entry?.toolSpec) ?? asObject(entry?.function) ?? entry;
    const name = asText(spec?.name);
    if (spec === undefined || name === undefined) return [];
    const description = asText(spec.description);
    const schema = asObject(spec.inputSchema)?.json ?? spec.input_schema ?? spec.parameters;
    return [
      {
        name,
        ...(description === undefined ? {} : { description }),
        ...(schema === undefined ? {} : { schema }),
      },
    ];
  });
}
