import { groundedAnswer, hallucinatedAnswer } from "./answer.ts";
import {
  ACCOUNT_ID,
  type CallTags,
  type ContextPlacement,
  type Exchange,
  REGION,
  type Round,
  type TokenCounts,
} from "./exchange.ts";
import type { Feature } from "./features.ts";
import type { Document, Fact } from "./knowledge/documents.ts";
import { REFUSED_QUESTIONS } from "./knowledge/inventions.ts";
import type { Random } from "./random.ts";
import { retrieve } from "./retrieval.ts";

/** Above these a request counts as slow or expensive, for the simulated model as for the sampling rules. */
const SLOW_MS = 3_000;

export interface Hardship {
  readonly slow: boolean;
  readonly expensive: boolean;
  /** 0 for the first turn of a session. */
  readonly turn: number;
}

export interface TurnOptions {
  /** A whole second, ms, as the log has no finer time. */
  readonly at: number;
  readonly feature: Feature;
  readonly document: Document;
  readonly fact: Fact;
  readonly turn: number;
  readonly history: readonly Round[];
  readonly tags: CallTags;
  readonly system: string;
  readonly hallucinationRate: (hardship: Hardship) => number;
  /** Multiplies input and output tokens. */
  readonly tokenFactor?: number;
}

export interface Turn {
  readonly exchange: Exchange;
  /** Whether the answer's facts are all in its contexts (a harmless remark aside). */
  readonly grounded: boolean;
}

const ATTACHMENT_RATE = 0.014;
const OUT_OF_BAND_RATE = 0.032;
const BLOCKED_RATE = 0.003;
const BODILESS_RATE = 0.001;
const CACHE_MISS_RATE = 0.06;

/** Plays one turn of a conversation: question, retrieval, answer, and what the call took. */
export function playTurn(random: Random, options: TurnOptions): Turn {
  const { feature, fact, document, history, turn } = options;
  const retrieved = retrieve(random, document);
  const expensive = feature.model.attachmentTokens !== undefined && random.chance(ATTACHMENT_RATE);
  const latencyMs = Math.round(
    random.logNormal(feature.model.medianLatencyMs, 0.55) + (expensive ? random.between(1_500, 4_500) : 0),
  );
  const grounded = !random.chance(options.hallucinationRate({ slow: latencyMs > SLOW_MS, expensive, turn }));
  const blocked = feature.model.guarded && random.chance(BLOCKED_RATE);
  const requestId = random.uuid();
  const contexts = retrieved.map(({ passage }) => passage);
  const attachmentTokens =
    expensive && feature.model.attachmentTokens ? random.integer(...feature.model.attachmentTokens) : 0;
  const words = [options.system, ...history.flatMap((round) => [round.question, round.answer]), ...contexts];
  const draft = {
    requestId,
    at: options.at,
    operation: random.pick(feature.operations),
    modelId: feature.model.id,
    tags: options.tags,
    system: options.system,
    history,
    contexts,
    placement: placementOf(random, feature),
    latencyMs,
    firstByteMs: Math.round(latencyMs * random.between(0.15, 0.45)),
    keyOrder: random.chance(0.3) ? "schema-first" : "timestamp-first",
    bodiless: random.chance(BODILESS_RATE),
    ...(feature.model.inferenceRegions && { inferenceRegion: random.pick(feature.model.inferenceRegions) }),
    ...(expensive && { attachment: attachmentUri(options.at, requestId) }),
  } as const;
  if (blocked) {
    const question = random.pick(REFUSED_QUESTIONS);
    const exchange: Exchange = {
      ...draft,
      question,
      contexts: [],
      reply: { kind: "blocked" },
      tokens: NO_TOKENS,
    };
    return { exchange, grounded };
  }
  const factor = options.tokenFactor ?? 1;
  const cached = feature.model.cachedTokens;
  const missed = random.chance(CACHE_MISS_RATE);
  const unlogged = expensive ? random.integer(300, 900) : 0;
  // Last, so that everything else about the call is the same whatever the answer is.
  const text = (grounded ? groundedAnswer : hallucinatedAnswer)(random, fact, retrieved);
  const tokens: TokenCounts = {
    input: Math.round((tokensOf([...words, fact.question]) + INSTRUCTION_TOKENS) * factor) + attachmentTokens,
    output: Math.round((tokensOf([text]) + unlogged) * factor),
    cacheRead: missed ? 0 : cached,
    cacheWrite: missed ? cached : 0,
  };
  return { exchange: { ...draft, question: fact.question, reply: { kind: "text", text }, tokens }, grounded };
}

const NO_TOKENS: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** What the logged system prompt leaves out for brevity: instructions and examples. */
const INSTRUCTION_TOKENS = 420;

function tokensOf(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / 4);
}

function placementOf(random: Random, feature: Feature): ContextPlacement {
  return feature.placement !== "tool_result" && random.chance(OUT_OF_BAND_RATE)
    ? "out_of_band"
    : feature.placement;
}

function attachmentUri(at: number, requestId: string): string {
  const hour = new Date(at).toISOString().slice(0, 13).replaceAll("-", "/").replace("T", "/");
  return `s3://support-bot-logs/AWSLogs/${ACCOUNT_ID}/BedrockModelInvocationLogs/${REGION}/${hour}/data/${requestId}_input_media_00.pdf`;
}
