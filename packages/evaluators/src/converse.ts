/** The parts of a Converse request that the judge uses; assignable to `ConverseCommandInput` of the Bedrock SDK. */
export interface ConverseRequest {
  modelId: string;
  system: SystemBlock[];
  messages: Message[];
  inferenceConfig: { maxTokens: number; temperature?: number };
  toolConfig: { tools: Tool[]; toolChoice: { tool: { name: string } } };
  requestMetadata: Record<string, string>;
}

export type SystemBlock = { text: string } | { cachePoint: { type: "default" } };

export interface Message {
  role: "user" | "assistant";
  content: ContentBlock[];
}

export type ContentBlock =
  | { text: string }
  | { toolUse: { toolUseId: string; name: string; input: JsonObject } }
  | { toolResult: { toolUseId: string; content: { text: string }[]; status: "error" } };

interface Tool {
  toolSpec: { name: string; description: string; inputSchema: { json: JsonObject }; strict?: boolean };
}

type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };
