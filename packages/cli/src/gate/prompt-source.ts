import type { ConverseOutcome, ConverseRequest } from "@bellwether/aws/judge";
import type { SuiteItem } from "@bellwether/core/gate/suite";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import * as z from "zod";
import { type AnswerSource, type Asked, priceOf } from "./answer-source.ts";
import { callUsd } from "./call-usd.ts";

/** A version of a prompt and how its model is called. */
export interface PromptVersion {
  readonly label: string;
  /** What outcomes call it. */
  readonly version: string;
  /** With `{{input}}` or `{{contexts}}` the user's message, without them the system prompt. */
  readonly text: string;
  readonly modelId: string;
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly topP?: number;
}

const CHARS_PER_TOKEN = 4;
const TYPICAL_ANSWER_TOKENS = 200;
const SLOT = /\{\{\s*(input|contexts)\s*\}\}/g;

const passagesOf = ({ contexts }: SuiteItem): string =>
  contexts.map((passage) => `<context>\n${passage}\n</context>`).join("\n");

/** The call that asks for an item's answer. */
export function answerRequest(prompt: PromptVersion, item: SuiteItem): ConverseRequest {
  const slotted = prompt.text.search(SLOT) >= 0;
  const passages = passagesOf(item);
  const user = slotted
    ? prompt.text.replace(SLOT, (_, slot) => (slot === "input" ? item.input : passages))
    : [passages, item.input].filter((part) => part !== "").join("\n\n");
  return {
    modelId: prompt.modelId,
    ...(slotted || prompt.text.trim() === "" ? {} : { system: [{ text: prompt.text }] }),
    messages: [{ role: "user", content: [{ text: user }] }],
    inferenceConfig: {
      maxTokens: prompt.maxTokens,
      ...(prompt.temperature === undefined ? {} : { temperature: prompt.temperature }),
      ...(prompt.topP === undefined ? {} : { topP: prompt.topP }),
    },
    // Answers of a test are no traffic: these tags keep them apart in the invocation log.
    requestMetadata: { app: "bellwether-gate" },
  };
}

const responseSchema = z.object({
  output: z.object({
    message: z.object({ content: z.array(z.looseObject({ text: z.string().optional() })) }),
  }),
  metrics: z.object({ latencyMs: z.number().nonnegative().optional() }).optional(),
});

/** Answers by Bedrock Converse. */
export function promptSource(
  prompt: PromptVersion,
  {
    converse,
    close,
  }: { converse: (request: ConverseRequest) => Promise<ConverseOutcome>; close: () => void },
  prices: PriceBook,
): AnswerSource {
  const { text, modelId, maxTokens, temperature = null, topP = null } = prompt;
  return {
    label: prompt.label,
    identity: { prompt: text, modelId, maxTokens, temperature, topP },
    keep: "always",
    estimateUsd: (item) => {
      const chars = text.length + item.input.length + passagesOf(item).length;
      return priceOf(modelId, Math.ceil(chars / CHARS_PER_TOKEN), TYPICAL_ANSWER_TOKENS, prices);
    },
    ask: async (item) => read(await converse(answerRequest(prompt, item)), prompt, prices),
    close,
  };
}

function read(outcome: ConverseOutcome, prompt: PromptVersion, prices: PriceBook): Asked {
  if (outcome.kind === "unavailable")
    return { kind: "unavailable", reason: outcome.detail, final: outcome.reason === "access_denied" };
  if (outcome.kind === "refused")
    return { kind: "problem", reason: `Bedrock refused the call: ${outcome.detail}` };
  const parsed = responseSchema.safeParse(outcome.response);
  const text = parsed.success
    ? parsed.data.output.message.content.map((block) => block.text ?? "").join("")
    : "";
  if (text.trim() === "") return { kind: "problem", reason: "the model wrote no text" };
  const { usage } = outcome;
  return {
    kind: "answered",
    answer: {
      text,
      modelId: prompt.modelId,
      promptVersion: prompt.version,
      costUsd: callUsd(prompt.modelId, usage, prices),
      latencyMs: parsed.data?.metrics?.latencyMs ?? null,
      inputTokens: usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
      outputTokens: usage.outputTokens,
    },
  };
}
