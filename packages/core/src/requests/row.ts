import type { LakeRow } from "../lake/tables.ts";
import type { Pricing } from "../prices/price.ts";
import type { Invocation } from "../records/invocation.ts";
import { UNATTRIBUTED } from "../windows/items.ts";

/** Where a record was read: S3 key of the log object and 1-based physical line. */
export interface Source {
  readonly key: string;
  readonly line: number;
}

/** `key#line`, the claim a line makes on its request id. */
export const sourceRef = (source: Source): string => `${source.key}#${source.line}`;

/** The half of a `requests_log` row that the record alone decides; absent values are left out. */
export function requestRow(invocation: Invocation, pricing: Pricing, source: Source): LakeRow {
  const { tags, model, usage } = invocation;
  const row: Record<string, string | number | boolean | null | undefined> = {
    request_id: invocation.requestId,
    at: new Date(invocation.at).toISOString(),
    app: tags.app,
    env: tags.env,
    variant: tags.variant ?? (invocation.errorCode === undefined ? undefined : UNATTRIBUTED),
    prompt_version: tags.promptVersion,
    user_id: tags.user,
    session_id: tags.session,
    tenant: tags.tenant,
    feature: tags.feature,
    trace_id: tags.traceId,
    model_id: model.id,
    region_tier: model.tier,
    region: invocation.region,
    operation: invocation.operation,
    input_tokens: usage?.inputTokens,
    output_tokens: usage?.outputTokens,
    cache_read_tokens: usage?.cacheReadTokens,
    cache_write_tokens: usage?.cacheWriteTokens,
    cache_write_1h_tokens: usage?.cacheWrite1hTokens,
    cost_usd: pricing.kind === "priced" ? pricing.usd : undefined,
    cost_pico_usd: pricing.kind === "priced" ? pricing.picoUsd : undefined,
    unpriced_reason: pricing.kind === "unpriced" ? pricing.reason : undefined,
    latency_ms: invocation.latencyMs,
    ttft_ms: invocation.ttftMs,
    stop_reason: invocation.stopReason,
    guardrail: invocation.guardrail?.intervened
      ? invocation.guardrail.policies.join(",") || "unnamed"
      : undefined,
    error_code: invocation.errorCode,
    source_key: source.key,
    source_line: source.line,
  };
  for (const name of Object.keys(row)) if (row[name] === undefined) delete row[name];
  return row as LakeRow;
}
