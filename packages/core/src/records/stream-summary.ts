import { hasInvokeMarks } from "./guardrail.ts";
import { asObject, asText, type JsonObject } from "./json.ts";

/** The metadata events of a response stream of any model family; texts are not touched. */
export interface StreamSummary {
  /** `message_start.message.usage` (Claude): its output count is only a first estimate. */
  readonly startUsage?: JsonObject;
  /** `message_delta.usage` (Claude). */
  readonly endUsage?: JsonObject;
  /** The `metadata` event (Nova). */
  readonly metadata?: JsonObject;
  /** `amazon-bedrock-invocationMetrics`, normally on the last event. */
  readonly invocationMetrics?: JsonObject;
  /** The last chunk that reports token counts at its top level (Titan, Llama). */
  readonly countedChunk?: JsonObject;
  readonly stopReason?: string;
  /** Events that carry guardrail keys. */
  readonly guardrailEvents: readonly JsonObject[];
}

/** Collects the metadata of a logged response stream in one pass; elements that are not objects are skipped. */
export function summarizeStream(events: readonly unknown[]): StreamSummary {
  const guardrailEvents: JsonObject[] = [];
  const summary: { -readonly [K in keyof StreamSummary]: StreamSummary[K] } = { guardrailEvents };
  for (const item of events) {
    const event = asObject(item);
    if (event === undefined) continue;
    if (hasInvokeMarks(event)) guardrailEvents.push(event);
    const metrics = event["amazon-bedrock-invocationMetrics"];
    if (metrics !== undefined) setObject(summary, "invocationMetrics", metrics);
    if (event.type === "content_block_delta" || event.contentBlockDelta !== undefined) continue;
    setObject(summary, "startUsage", asObject(event.message)?.usage);
    setObject(summary, "endUsage", event.usage);
    setObject(summary, "metadata", event.metadata);
    if (isCounted(event)) summary.countedChunk = event;
    const stopReason = eventStopReason(event);
    if (stopReason !== undefined) summary.stopReason = stopReason;
  }
  return summary;
}

function setObject(
  summary: { -readonly [K in keyof StreamSummary]: StreamSummary[K] },
  name: "startUsage" | "endUsage" | "metadata" | "invocationMetrics",
  value: unknown,
): void {
  const object = asObject(value);
  if (object !== undefined) summary[name] = object;
}

function isCounted(event: JsonObject): boolean {
  return (
    typeof event.generation_token_count === "number" || typeof event.totalOutputTextTokenCount === "number"
  );
}

/** Claude, Nova, then the chunk families, whose chunks look like their whole responses. */
function eventStopReason(event: JsonObject): string | undefined {
  return (
    asText(asObject(event.delta)?.stop_reason) ??
    asText(asObject(event.messageStop)?.stopReason) ??
    bodyStopReason(event)
  );
}

/** The stop reason of a response object of any family, as the model spells it. */
export function bodyStopReason(body: JsonObject): string | undefined {
  const direct =
    asText(body.stopReason) ??
    asText(body.stop_reason) ??
    asText(body.completionReason) ??
    asText(body.finish_reason);
  if (direct !== undefined) return direct;
  const choice = firstObject(body.choices) ?? firstObject(body.outputs) ?? firstObject(body.generations);
  return (
    asText(firstObject(body.results)?.completionReason) ??
    asText(choice?.finish_reason) ??
    asText(choice?.stop_reason)
  );
}

function firstObject(value: unknown): JsonObject | undefined {
  return Array.isArray(value) ? asObject(value[0]) : undefined;
}
