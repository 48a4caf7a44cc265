import { BLOCKED_TEXT, type Exchange, GUARDRAIL_ID, LOOKUP_TOOL } from "./exchange.ts";
import { userText } from "./prompt.ts";

type Json = Readonly<Record<string, unknown>>;

/** Request body of Converse and ConverseStream as logged (without `modelId`). */
export function converseInput(exchange: Exchange): Json {
  const cached = exchange.tokens.cacheRead + exchange.tokens.cacheWrite > 0;
  return {
    messages: [...historyMessages(exchange), ...currentMessages(exchange)],
    system: [{ text: exchange.system }, ...(cached ? [{ cachePoint: { type: "default" } }] : [])],
    inferenceConfig: { maxTokens: 1024, temperature: 0.2, stopSequences: [] },
    ...(exchange.placement === "tool_result" || exchange.reply.kind === "tool_use" ? { toolConfig } : {}),
    additionalModelRequestFields: {},
  };
}

/** Response body of Converse and, aggregated by Bedrock into the same shape, of ConverseStream. */
export function converseOutput(exchange: Exchange): Json {
  const { reply, tokens, latencyMs } = exchange;
  const common = {
    metrics: { latencyMs },
    usage: {
      inputTokens: tokens.input,
      outputTokens: tokens.output,
      totalTokens: tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite,
      cacheReadInputTokens: tokens.cacheRead,
      cacheWriteInputTokens: tokens.cacheWrite,
    },
  };
  switch (reply.kind) {
    case "text":
      return { output: message([{ text: reply.text }]), stopReason: "end_turn", ...common };
    case "tool_use":
      return {
        output: message([toolUseBlock(exchange)]),
        stopReason: "tool_use",
        ...common,
      };
    case "blocked":
      return {
        output: message([{ text: BLOCKED_TEXT }]),
        stopReason: "guardrail_intervened",
        ...common,
        trace: {
          guardrail: { inputAssessment: { [GUARDRAIL_ID]: TOPIC_BLOCK }, actionReason: "Guardrail blocked." },
        },
      };
  }
}

/** The assessment of a refused topic. */
export const TOPIC_BLOCK = {
  topicPolicy: { topics: [{ name: "off-topic", type: "DENY", action: "BLOCKED" }] },
  invocationMetrics: {
    guardrailProcessingLatency: 183,
    usage: { topicPolicyUnits: 1, contentPolicyUnits: 0, wordPolicyUnits: 0 },
    guardrailCoverage: { textCharacters: { guarded: 62, total: 62 } },
  },
};

const toolConfig = {
  tools: [
    {
      toolSpec: {
        name: LOOKUP_TOOL,
        description: "Searches the help center and returns passages.",
        inputSchema: {
          json: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
        },
      },
    },
  ],
  toolChoice: { auto: {} },
};

function message(content: readonly Json[]): Json {
  return { message: { role: "assistant", content } };
}

function toolUseBlock({ toolUseId, question }: Exchange): Json {
  return { toolUse: { toolUseId, name: LOOKUP_TOOL, input: { query: question } } };
}

function historyMessages(exchange: Exchange): Json[] {
  return exchange.history.flatMap(({ question, answer }) => [
    { role: "user", content: [{ text: question }] },
    { role: "assistant", content: [{ text: answer }] },
  ]);
}

function currentMessages(exchange: Exchange): Json[] {
  const attached =
    exchange.attachment === undefined
      ? []
      : [
          {
            document: {
              format: "pdf",
              name: "attachment",
              source: { s3Uri: exchange.attachment },
            },
          },
        ];
  const user = { role: "user", content: [...attached, { text: userText(exchange) }] };
  if (exchange.placement !== "tool_result") return [user];
  return [
    user,
    { role: "assistant", content: [toolUseBlock(exchange)] },
    {
      role: "user",
      content: [
        {
          toolResult: {
            toolUseId: exchange.toolUseId,
            content: exchange.contexts.map((text) => ({ text })),
            status: "success",
          },
        },
      ],
    },
  ];
}
