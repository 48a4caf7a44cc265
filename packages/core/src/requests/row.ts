import type { LakeRow, LakeValue } from "../lake/tables.ts";
import type { Pricing } from "../prices/price.ts";
import type { Invocation } from "../records/invocation.ts";
import { isPublished } from "../records/model.ts";
import { UNATTRIBUTED } from "../windows/items.ts";

/** Where a record was read: S3 key of the log object and 1-based physical line. */
export interface Source {
  readonly key: string;
  readonly line: number;
  /** Records before it on the same line, when several are glued together. */
  readonly position?: number;
}

/** `key#line`, the claim a line makes on its request id; `key#line.position` for a record behind others on its line. */
export const sourceRef = ({ key, line, position = 0 }: Source): string =>
  position === 0 ? `${key}#${line}` : `${key}#${line}.${position}`;

/**
 * The half of a `requests_log` row that the record alone decides; absent values are left out. Columns are assigned by
 * name: rows stay fast objects, which a `delete` or a computed key would end.
 */
export function requestRow(invocation: Invocation, pricing: Pricing, source: Source): LakeRow {
  const { tags, model, usage, guardrail } = invocation;
  const variant = tags.variant ?? (invocation.errorCode === undefined ? undefined : UNATTRIBUTED);
  const row: Record<string, LakeValue> = {
    request_id: invocation.requestId,
    at: new Date(invocation.at).toISOString(),
    app: tags.app,
    model_id: model.id,
    region_tier: model.tier,
    region: invocation.region,
    operation: invocation.operation,
    source_key: source.key,
    source_line: source.line,
  };
  if (!isPublished(model)) row.model_arn = model.raw;
  if (tags.env !== undefined) row.env = tags.env;
  if (variant !== undefined) row.variant = variant;
  if (tags.promptVersion !== undefined) row.prompt_version = tags.promptVersion;
  if (tags.user !== undefined) row.user_id = tags.user;
  if (tags.session !== undefined) row.session_id = tags.session;
  if (tags.tenant !== undefined) row.tenant = tags.tenant;
  if (tags.feature !== undefined) row.feature = tags.feature;
  if (tags.traceId !== undefined) row.trace_id = tags.traceId;
  if (usage !== undefined) {
    row.input_tokens = usage.inputTokens;
    row.output_tokens = usage.outputTokens;
    row.cache_read_tokens = usage.cacheReadTokens;
    row.cache_write_tokens = usage.cacheWriteTokens;
    row.cache_write_1h_tokens = usage.cacheWrite1hTokens;
  }
  if (pricing.kind === "priced") {
    row.cost_usd = pricing.usd;
    row.cost_pico_usd = pricing.picoUsd;
    row.input_pico_usd = pricing.parts.input;
    row.output_pico_usd = pricing.parts.output;
    row.cache_read_pico_usd = pricing.parts.cacheRead;
    row.cache_write_5m_pico_usd = pricing.parts.cacheWrite5m;
    row.cache_write_1h_pico_usd = pricing.parts.cacheWrite1h;
    row.price_version = pricing.version;
  } else row.unpriced_reason = pricing.reason;
  if (invocation.latencyMs !== undefined) row.latency_ms = invocation.latencyMs;
  if (invocation.ttftMs !== undefined) row.ttft_ms = invocation.ttftMs;
  if (invocation.stopReason !== undefined) row.stop_reason = invocation.stopReason;
  if (guardrail?.assessed) {
    if (guardrail.intervened) row.guardrail = guardrail.policies.join(",") || "unnamed";
    const { input, output } = guardrail.acted;
    if (input.length > 0) row.guardrail_input = input.join(",");
    if (output.length > 0) row.guardrail_output = output.join(",");
    if (guardrail.detected.length > 0) row.guardrail_detected = guardrail.detected.join(",");
    row.guardrail_assessments = guardrail.assessments;
    if (guardrail.processingLatencyMs !== undefined) row.guardrail_ms = guardrail.processingLatencyMs;
  }
  if (invocation.errorCode !== undefined) row.error_code = invocation.errorCode;
  return row;
}
