import { claudeInput, claudeOutput, claudeStream } from "./claude-body.ts";
import { converseInput, converseOutput } from "./converse-body.ts";
import { type EnvelopeFields, envelopeLine } from "./envelope.ts";
import { ACCOUNT_ID, type Exchange } from "./exchange.ts";
import { llamaInput, llamaOutput } from "./llama-body.ts";
import { novaInput, novaStream } from "./nova-body.ts";

const APP_IDENTITY = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/support-bot-task/support-bot`;

/** The log line of a call that came back. */
export function exchangeLine(exchange: Exchange): string {
  const [inputBody, outputBody] = exchange.bodiless ? [undefined, undefined] : bodies(exchange);
  const { tokens, operation } = exchange;
  const converse = operation === "Converse" || operation === "ConverseStream";
  // A guardrail block of InvokeModel reports no counts at all; Converse reports zeros.
  const counted = converse || exchange.reply.kind !== "blocked";
  return envelopeLine(
    {
      ...common(exchange),
      input: {
        inputContentType: "application/json",
        inputBodyJson: inputBody,
        inputTokenCount: counted ? tokens.input : undefined,
        cacheReadInputTokenCount: converse ? tokens.cacheRead : undefined,
        cacheWriteInputTokenCount: converse ? tokens.cacheWrite : undefined,
      },
      output: {
        outputContentType: "application/json",
        outputBodyJson: outputBody,
        outputTokenCount: counted ? tokens.output : undefined,
      },
    },
    exchange.keyOrder,
  );
}

/** The log line of a failed call: no bodies, no counts. */
export function failureLine(exchange: Exchange, errorCode: string): string {
  return envelopeLine({ ...common(exchange), errorCode }, exchange.keyOrder);
}

/** The log line of a Titan Text Embeddings V2 call; it has no output token count. */
export function embeddingLine(exchange: Exchange, embedding: readonly number[]): string {
  const inputTextTokenCount = exchange.tokens.input;
  return envelopeLine(
    {
      ...common(exchange),
      input: {
        inputContentType: "application/json",
        inputBodyJson: { inputText: exchange.question, dimensions: embedding.length, normalize: true },
        inputTokenCount: inputTextTokenCount,
      },
      output: {
        outputContentType: "application/json",
        outputBodyJson: { embedding, embeddingsByType: { float: embedding }, inputTextTokenCount },
      },
    },
    exchange.keyOrder,
  );
}

function common(exchange: Exchange): EnvelopeFields {
  const { at, requestId, operation, modelId, inferenceRegion, tags } = exchange;
  return { at, requestId, operation, modelId, inferenceRegion, metadata: tags, identityArn: APP_IDENTITY };
}

function bodies(exchange: Exchange): readonly [unknown, unknown] {
  const { operation, modelId } = exchange;
  if (operation === "Converse" || operation === "ConverseStream") {
    return [converseInput(exchange), converseOutput(exchange)];
  }
  if (modelId.includes("imported-model/")) return [llamaInput(exchange), llamaOutput(exchange)];
  if (modelId.includes("amazon.nova")) return [novaInput(exchange), novaStream(exchange)];
  return operation === "InvokeModel"
    ? [claudeInput(exchange), claudeOutput(exchange)]
    : [claudeInput(exchange), claudeStream(exchange)];
}
