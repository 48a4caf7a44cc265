import { BLOCKED_TEXT, type Exchange } from "./exchange.ts";
import { streamPieces, userText } from "./prompt.ts";

type Json = Readonly<Record<string, unknown>>;

/** Amazon Nova request of InvokeModelWithResponseStream. */
export function novaInput(exchange: Exchange): Json {
  return {
    schemaVersion: "messages-v1",
    system: [{ text: exchange.system }],
    messages: [
      ...exchange.history.flatMap(({ question, answer }) => [
        { role: "user", content: [{ text: question }] },
        { role: "assistant", content: [{ text: answer }] },
      ]),
      { role: "user", content: [{ text: userText(exchange) }] },
    ],
    inferenceConfig: { maxTokens: 512, temperature: 0.3, topP: 0.9 },
  };
}

/** Amazon Nova stream events, the last one with usage (in Nova's own spelling) and Bedrock's metrics. */
export function novaStream(exchange: Exchange): Json[] {
  const { reply, tokens } = exchange;
  return [
    { messageStart: { role: "assistant" } },
    ...streamPieces(reply.kind === "text" ? reply.text : BLOCKED_TEXT).map((text) => ({
      contentBlockDelta: { delta: { text }, contentBlockIndex: 0 },
    })),
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: "end_turn" } },
    {
      metadata: {
        usage: {
          inputTokens: tokens.input,
          outputTokens: tokens.output,
          totalTokens: tokens.input + tokens.output,
          cacheReadInputTokenCount: tokens.cacheRead,
          cacheWriteInputTokenCount: tokens.cacheWrite,
        },
        metrics: {},
        trace: {},
      },
      "amazon-bedrock-invocationMetrics": {
        inputTokenCount: tokens.input,
        outputTokenCount: tokens.output,
        invocationLatency: exchange.latencyMs,
        firstByteLatency: exchange.firstByteMs,
      },
    },
  ];
}
