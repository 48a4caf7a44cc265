import { converseMarks, type GuardrailMarks, guardrailOutcome, invokeMarks } from "./guardrail.ts";
import type { GuardrailOutcome, Operation } from "./invocation.ts";
import { asArray, asDuration, asObject, asText, type JsonObject } from "./json.ts";
import { bodyStopReason, type StreamSummary, summarizeStream } from "./stream-summary.ts";

/** Where a response body reports tokens: objects to ask one after another, best first. */
export interface TokenSources {
  readonly input: readonly JsonObject[];
  readonly output: readonly JsonObject[];
}

/** The metadata in a response body; nothing of its text. */
export interface OutputFacts {
  readonly latencyMs?: number;
  readonly ttftMs?: number;
  readonly stopReason?: string;
  readonly guardrail?: GuardrailOutcome;
  /** The model that a prompt router chose. */
  readonly invokedModelId?: string;
  readonly tokens: TokenSources;
}

const NO_TOKENS: TokenSources = { input: [], output: [] };

/** Reads latency, time to first token, stop reason, guardrail outcome and token sources from a response body. */
export function readOutputFacts(operation: Operation, json: unknown): OutputFacts {
  if (Array.isArray(json)) return streamFacts(summarizeStream(json));
  const body = asObject(json);
  if (body === undefined) return { tokens: NO_TOKENS };
  const marks = readGuardrailMarks(operation, body);
  return compact({
    latencyMs: asDuration(asObject(body.metrics)?.latencyMs),
    ttftMs: undefined,
    stopReason: bodyStopReason(body),
    guardrail: marks && guardrailOutcome(marks),
    invokedModelId: asText(asObject(asObject(body.trace)?.promptRouter)?.invokedModelId),
    tokens: bodyTokens(body),
  });
}

/** The guardrail keys of a response body, from the place where the operation's API puts them. */
export function readGuardrailMarks(operation: Operation, json: unknown): GuardrailMarks | undefined {
  if (Array.isArray(json)) return invokeMarks(summarizeStream(json).guardrailEvents);
  const body = asObject(json);
  if (body === undefined) return undefined;
  return operation === "Converse" || operation === "ConverseStream"
    ? converseMarks(body)
    : invokeMarks([body]);
}

function streamFacts(stream: StreamSummary): OutputFacts {
  const metrics = stream.invocationMetrics;
  const marks = invokeMarks(stream.guardrailEvents);
  return compact({
    latencyMs:
      asDuration(metrics?.invocationLatency) ?? asDuration(asObject(stream.metadata?.metrics)?.latencyMs),
    ttftMs: asDuration(metrics?.firstByteLatency),
    stopReason: stream.stopReason,
    guardrail: marks && guardrailOutcome(marks),
    invokedModelId: undefined,
    tokens: streamTokens(stream),
  });
}

function bodyTokens(body: JsonObject): TokenSources {
  const usage = asObject(body.usage);
  const sources = usage === undefined ? [body] : [usage, body];
  const results = asArray(body.results);
  // Titan counts its output per result, everybody else once per response.
  return {
    input: sources,
    output: results.length === 0 ? sources : [...results.flatMap(present), ...sources],
  };
}

function streamTokens(stream: StreamSummary): TokenSources {
  const { startUsage, endUsage, metadata, invocationMetrics, countedChunk } = stream;
  const rest = [asObject(metadata?.usage), invocationMetrics, countedChunk];
  return {
    input: [endUsage, startUsage, ...rest].flatMap(present),
    // The output count of message_start is a first estimate, so it comes last.
    output: [endUsage, ...rest, startUsage].flatMap(present),
  };
}

function present(value: unknown): JsonObject[] {
  const object = asObject(value);
  return object === undefined ? [] : [object];
}

type Loose<T> = { [K in keyof Required<T>]: undefined extends T[K] ? T[K] | undefined : T[K] };

function compact(facts: Loose<OutputFacts>): OutputFacts {
  const { latencyMs, ttftMs, stopReason, guardrail, invokedModelId, tokens } = facts;
  const known: { -readonly [K in keyof OutputFacts]: OutputFacts[K] } = { tokens };
  if (latencyMs !== undefined) known.latencyMs = latencyMs;
  if (ttftMs !== undefined) known.ttftMs = ttftMs;
  if (stopReason !== undefined) known.stopReason = stopReason;
  if (guardrail !== undefined) known.guardrail = guardrail;
  if (invokedModelId !== undefined) known.invokedModelId = invokedModelId;
  return known;
}
