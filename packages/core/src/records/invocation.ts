/** The four Bedrock Runtime operations that model invocation logging covers. */
export const OPERATIONS = [
  "Converse",
  "ConverseStream",
  "InvokeModel",
  "InvokeModelWithResponseStream",
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Which price list applies: `global.` profiles, geographic profiles (`us.`, `eu.` …), or a bare regional id. */
export type RegionTier = "global" | "geo" | "regional";

export type ModelKind =
  | "foundation"
  | "inference-profile"
  | "application-inference-profile"
  | "provisioned"
  | "custom"
  | "imported"
  | "prompt"
  | "router";

export interface ModelRef {
  /** As logged. */
  readonly raw: string;
  /** Last path segment without the tier prefix, e.g. `anthropic.claude-haiku-4-5-20251001-v1:0`; opaque ids stay as they are. */
  readonly id: string;
  readonly tier: RegionTier;
  readonly kind: ModelKind;
}

/** Token counts; the four kinds are disjoint and billed at different prices. */
export interface Usage {
  /** Input tokens that were neither read from nor written to the cache. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  /** All cache writes, 5-minute and 1-hour together. */
  readonly cacheWriteTokens: number;
  /** The part of `cacheWriteTokens` written with a 1-hour TTL. */
  readonly cacheWrite1hTokens: number;
}

/** Context an app may put into `requestMetadata`; every field is optional but `app`, which defaults to the role name. */
export interface Tags {
  readonly app: string;
  readonly env?: string;
  readonly user?: string;
  readonly session?: string;
  readonly promptVersion?: string;
  readonly variant?: string;
  readonly tenant?: string;
  readonly feature?: string;
  readonly traceId?: string;
}

export interface GuardrailOutcome {
  readonly intervened: boolean;
  /** Where an assessment acted (BLOCKED or ANONYMIZED). */
  readonly where: readonly ("input" | "output")[];
  /** Policy families that acted, e.g. `contentPolicy`, in the order met, without repeats. */
  readonly policies: readonly string[];
  /** The same on each side. */
  readonly acted: Readonly<Record<"input" | "output", readonly string[]>>;
  /** Policy families that found something and let it pass (detect mode), on either side. */
  readonly detected: readonly string[];
  /** The log shows that a guardrail ran, whatever it did. A Converse call that passed without a trace does not show it. */
  readonly assessed: boolean;
  /** Assessments in the trace, of all guardrails and both sides; 0 without a trace. */
  readonly assessments: number;
  readonly processingLatencyMs?: number;
}

/** A request or response body: in the record, offloaded to S3, or not delivered at all. */
export type Body =
  | { readonly kind: "inline"; readonly json: unknown }
  | { readonly kind: "offloaded"; readonly bucket: string; readonly key: string }
  | { readonly kind: "absent" };

/** One Bedrock model invocation log record, identity `requestId`. */
export interface Invocation {
  readonly requestId: string;
  /** Event time, ms since the epoch. */
  readonly at: number;
  readonly operation: Operation;
  readonly model: ModelRef;
  readonly region: string;
  readonly inferenceRegion?: string;
  readonly accountId?: string;
  readonly identityArn?: string;
  /** Role (or user) name out of `identityArn`. */
  readonly principal?: string;
  readonly tags: Tags;
  /** Undefined when the record reports no token counts (failed calls, some guardrail blocks). */
  readonly usage?: Usage;
  /** End-to-end at Bedrock, ms. */
  readonly latencyMs?: number;
  /** Time to first token, ms. */
  readonly ttftMs?: number;
  readonly stopReason?: string;
  readonly guardrail?: GuardrailOutcome;
  readonly errorCode?: string;
  readonly input: Body;
  readonly output: Body;
}
