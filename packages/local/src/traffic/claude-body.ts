import { TOPIC_BLOCK } from "./converse-body.ts";
import { BLOCKED_TEXT, type Exchange, GUARDRAIL_ID } from "./exchange.ts";
import { streamPieces, userText } from "./prompt.ts";

type Json = Readonly<Record<string, unknown>>;

const BLOCK_TRACE = { input: { [GUARDRAIL_ID]: TOPIC_BLOCK }, actionReason: "Guardrail blocked." };
const MODEL = "claude-haiku-4-5-20251001";

/** Anthropic Messages request of InvokeModel and InvokeModelWithResponseStream. */
export function claudeInput(exchange: Exchange): Json {
  return {
    anthropic_version: "bedrock-2023-05-31",
    max_tokens: 1024,
    temperature: 0.2,
    system: exchange.system,
    messages: [
      ...exchange.history.flatMap(({ question, answer }) => [
        { role: "user", content: question },
        { role: "assistant", content: [{ type: "text", text: answer }] },
      ]),
      { role: "user", content: [{ type: "text", text: userText(exchange) }] },
    ],
  };
}

/** Anthropic Messages response of InvokeModel; a guardrail block has no usage. */
export function claudeOutput(exchange: Exchange): Json {
  if (exchange.reply.kind === "blocked") {
    return {
      type: "message",
      role: "assistant",
      content: [{ type: "text", text: BLOCKED_TEXT }],
      "amazon-bedrock-guardrailAction": "INTERVENED",
      "amazon-bedrock-trace": { guardrail: BLOCK_TRACE },
    };
  }
  return {
    model: MODEL,
    id: messageId(exchange),
    type: "message",
    role: "assistant",
    content: [{ type: "text", text: replyText(exchange) }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { ...inputUsage(exchange), output_tokens: exchange.tokens.output },
  };
}

/** Anthropic stream events of InvokeModelWithResponseStream, the last one with Bedrock's own metrics. */
export function claudeStream(exchange: Exchange): Json[] {
  if (exchange.reply.kind === "blocked") return blockedStream(exchange);
  const { tokens } = exchange;
  return [
    {
      type: "message_start",
      message: {
        model: MODEL,
        id: messageId(exchange),
        type: "message",
        role: "assistant",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...inputUsage(exchange), output_tokens: 1 },
      },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...streamPieces(replyText(exchange)).map((text) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
    })),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: tokens.output },
    },
    {
      type: "message_stop",
      "amazon-bedrock-invocationMetrics": {
        inputTokenCount: tokens.input,
        outputTokenCount: tokens.output,
        invocationLatency: exchange.latencyMs,
        firstByteLatency: exchange.firstByteMs,
        cacheReadInputTokenCount: tokens.cacheRead,
        cacheWriteInputTokenCount: tokens.cacheWrite,
      },
    },
  ];
}

/** A blocked stream has zero usage, no metrics, a native stop reason, and the guardrail's word on single events. */
function blockedStream(exchange: Exchange): Json[] {
  const action = { "amazon-bedrock-guardrailAction": "INTERVENED" };
  const message = { id: messageId(exchange), type: "message", role: "assistant", content: [] };
  return [
    { type: "message_start", message: { ...message, usage: { input_tokens: 0, output_tokens: 0 } } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: BLOCKED_TEXT }, ...action },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 0 } },
    { type: "message_stop", ...action, "amazon-bedrock-trace": { guardrail: BLOCK_TRACE } },
  ];
}

function replyText({ reply }: Exchange): string {
  return reply.kind === "text" ? reply.text : BLOCKED_TEXT;
}

function messageId({ requestId }: Exchange): string {
  return `msg_bdrk_${requestId.replaceAll("-", "").slice(0, 24)}`;
}

function inputUsage({ tokens }: Exchange): Json {
  return {
    input_tokens: tokens.input,
    cache_creation_input_tokens: tokens.cacheWrite,
    cache_read_input_tokens: tokens.cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: tokens.cacheWrite, ephemeral_1h_input_tokens: 0 },
  };
}
