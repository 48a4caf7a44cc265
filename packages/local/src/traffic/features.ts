import type { Operation } from "@bellwether/core/records/invocation";
import { ACCOUNT_ID, type ContextPlacement, REGION } from "./exchange.ts";

/** A model as the app calls it. */
interface Model {
  readonly id: string;
  readonly medianLatencyMs: number;
  /** Called with a guardrail that refuses off-topic questions. */
  readonly guarded: boolean;
  /** Tokens of the cached system prompt and tools; 0 without prompt caching. */
  readonly cachedTokens: number;
  /** Tokens of an attached PDF, lowest and highest; a request that has one costs more than $0.05. */
  readonly attachmentTokens?: readonly [number, number];
  /** Regions that a cross-Region profile may run in. */
  readonly inferenceRegions?: readonly string[];
}

/** A feature of the support-bot: one model, called one way. */
export interface Feature {
  readonly name: string;
  readonly model: Model;
  readonly operations: readonly Operation[];
  readonly placement: ContextPlacement;
  /** Probabilities of 1, 2, … turns in a session. */
  readonly turns: readonly number[];
  /** Share of sessions. */
  readonly share: number;
}

const US_REGIONS = ["us-east-1", "us-east-2", "us-west-2"];
const CONVERSATION = [0.38, 0.27, 0.17, 0.11, 0.07];

const HAIKU: Model = {
  id: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
  guarded: true,
  medianLatencyMs: 1_250,
  cachedTokens: 4_214,
  attachmentTokens: [45_000, 70_000],
  inferenceRegions: US_REGIONS,
};

/** InvokeModel logs the ARN of the profile, even where the app passed its short id. */
const HAIKU_ARN: Model = {
  id: `arn:aws:bedrock:${REGION}:${ACCOUNT_ID}:inference-profile/${HAIKU.id}`,
  guarded: true,
  medianLatencyMs: 1_350,
  cachedTokens: 0,
  inferenceRegions: US_REGIONS,
};

const SONNET: Model = {
  id: "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
  guarded: true,
  medianLatencyMs: 1_900,
  cachedTokens: 1_816,
  attachmentTokens: [17_000, 30_000],
  inferenceRegions: [...US_REGIONS, "eu-north-1", "ap-southeast-4"],
};

const NOVA_LITE: Model = {
  id: "amazon.nova-lite-v1:0",
  guarded: false,
  medianLatencyMs: 700,
  cachedTokens: 0,
};

/** A model that no price list knows. */
const IMPORTED: Model = {
  id: `arn:aws:bedrock:${REGION}:${ACCOUNT_ID}:imported-model/k8x2m4q1z7ab`,
  guarded: false,
  medianLatencyMs: 1_600,
  cachedTokens: 0,
};

const TITAN_EMBED: Model = {
  id: "amazon.titan-embed-text-v2:0",
  guarded: false,
  medianLatencyMs: 90,
  cachedTokens: 0,
};

export const EMBEDDING_FEATURE = "search";
export const TOOL_FEATURE = "agent";

export const FEATURES: readonly Feature[] = [
  feature("chat", HAIKU, ["Converse"], "tagged", CONVERSATION, 0.4),
  feature("app-chat", HAIKU, ["ConverseStream"], "tagged", CONVERSATION, 0.222),
  feature("quick-answers", NOVA_LITE, ["InvokeModelWithResponseStream"], "tagged", [0.7, 0.3], 0.17),
  feature(
    "email-draft",
    HAIKU_ARN,
    ["InvokeModel", "InvokeModelWithResponseStream"],
    "documents",
    [0.8, 0.2],
    0.11,
  ),
  feature(TOOL_FEATURE, SONNET, ["Converse"], "tool_result", CONVERSATION, 0.035),
  feature(EMBEDDING_FEATURE, TITAN_EMBED, ["InvokeModel"], "out_of_band", [1], 0.059),
  feature("ticket-routing", IMPORTED, ["InvokeModel"], "tagged", [1], 0.004),
];

function feature(
  name: string,
  model: Model,
  operations: readonly Operation[],
  placement: ContextPlacement,
  turns: readonly number[],
  share: number,
): Feature {
  return { name, model, operations, placement, turns, share };
}
