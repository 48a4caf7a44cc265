import { type Envelope, parseEnvelope } from "./envelope.ts";
import type { Body, Invocation, ModelRef } from "./invocation.ts";
import { asText } from "./json.ts";
import { parseModelId } from "./model.ts";
import { type OutputFacts, readOutputFacts } from "./output-facts.ts";
import type { Parsed } from "./rejection.ts";
import { principalOf, readTags } from "./tags.ts";
import { parseTimestamp } from "./timestamp.ts";
import { readUsage } from "./usage.ts";

type Draft = { -readonly [K in keyof Invocation]: Invocation[K] };

/** Parses one decoded Bedrock model invocation log record; bodies are carried along, only their metadata is read. A record without a region gets `unknown`. */
export function parseRecord(json: unknown): Parsed<Invocation> {
  const parsed = parseEnvelope(json);
  if (!parsed.ok) return parsed;
  const record = parsed.value;
  const at = parseTimestamp(record.timestamp);
  if (at === undefined) {
    return { ok: false, rejection: { reason: "invalid_timestamp", detail: record.timestamp.slice(0, 64) } };
  }
  const output = readBody(record.output?.outputBodyJson, record.output?.outputBodyS3Path);
  const facts = readOutputFacts(record.operation, output.kind === "inline" ? output.json : undefined);
  const usage = readUsage(countsOf(record), facts.tokens);
  if (!usage.ok) return usage;
  const identityArn = asText(record.identity?.arn);
  const principal = identityArn === undefined ? undefined : principalOf(identityArn);
  const draft: Draft = {
    requestId: record.requestId,
    at,
    operation: record.operation,
    model: parseModelId(record.modelId),
    region: asText(record.region) ?? "unknown",
    tags: readTags(record.requestMetadata, principal),
    input: readBody(record.input?.inputBodyJson, record.input?.inputBodyS3Path),
    output,
  };
  if (record.inferenceRegion) draft.inferenceRegion = record.inferenceRegion;
  if (record.accountId) draft.accountId = record.accountId;
  if (identityArn !== undefined) draft.identityArn = identityArn;
  if (principal !== undefined) draft.principal = principal;
  if (record.errorCode) draft.errorCode = record.errorCode;
  if (usage.value !== undefined) draft.usage = usage.value;
  addFacts(draft, facts);
  return { ok: true, value: draft };
}

/** The invocation with its offloaded response body now inline: metadata and missing token counts come from the body, counts the record already has stay, and so they do when the body's are no integers ≥ 0. */
export function withOutputBody(invocation: Invocation, json: unknown): Invocation {
  const draft: Draft = { ...invocation, output: { kind: "inline", json } };
  const facts = readOutputFacts(invocation.operation, json);
  addFacts(draft, facts);
  const known = invocation.usage;
  // A zero of the record may stand for a count that its envelope did not carry.
  const usage = readUsage(
    {
      input: known?.inputTokens || undefined,
      output: known?.outputTokens || undefined,
      cacheRead: known?.cacheReadTokens || undefined,
      cacheWrite: known?.cacheWriteTokens || undefined,
    },
    facts.tokens,
  );
  if (usage.ok && usage.value !== undefined) draft.usage = usage.value;
  return draft;
}

function addFacts(draft: Draft, facts: OutputFacts): void {
  if (facts.latencyMs !== undefined) draft.latencyMs = facts.latencyMs;
  if (facts.ttftMs !== undefined) draft.ttftMs = facts.ttftMs;
  if (facts.stopReason !== undefined) draft.stopReason = facts.stopReason;
  if (facts.guardrail !== undefined) draft.guardrail = facts.guardrail;
  draft.model = routedModel(draft.model, facts.invokedModelId);
}

/** A router call is a call of the model it was routed to; `raw` still says what was asked for. */
function routedModel(model: ModelRef, invokedModelId: string | undefined): ModelRef {
  if (model.kind !== "router" || invokedModelId === undefined) return model;
  return { ...parseModelId(invokedModelId), raw: model.raw };
}

function countsOf({ input, output }: Envelope): Parameters<typeof readUsage>[0] {
  return {
    input: input?.inputTokenCount,
    output: output?.outputTokenCount,
    cacheRead: input?.cacheReadInputTokenCount,
    cacheWrite: input?.cacheWriteInputTokenCount,
  };
}

function readBody(json: unknown, s3Path: unknown): Body {
  if (json !== undefined && json !== null) return { kind: "inline", json };
  const path = typeof s3Path === "string" ? /^s3:\/\/([^/]+)\/(.+)$/s.exec(s3Path) : null;
  const [, bucket, key] = path ?? [];
  return bucket === undefined || key === undefined ? { kind: "absent" } : { kind: "offloaded", bucket, key };
}
