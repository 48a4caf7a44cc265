import type { Operation } from "@bellwether/core/records/invocation";

/** Account and Region of the simulated app. */
export const ACCOUNT_ID = "111122223333";
export const REGION = "us-east-1";

/** How an app puts retrieved passages into the request, if at all. */
export type ContextPlacement = "tagged" | "documents" | "tool_result" | "out_of_band";

/** Token counts as Bedrock reports them; the kinds are disjoint. */
export interface TokenCounts {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** The `requestMetadata` that the app sends with every call. */
export type CallTags = Readonly<
  Record<"app" | "env" | "user" | "session" | "promptVersion" | "variant" | "tenant" | "feature", string>
>;

/** One round of talk: what was asked and what was answered. */
export interface Round {
  readonly question: string;
  readonly answer: string;
}

/** What came back from the model. */
type Reply =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool_use" }
  | { readonly kind: "blocked" };

/** One model call of the simulated app, before it is written in the shape of its operation and model family. */
export interface Exchange {
  readonly requestId: string;
  /** Event time, ms, a whole second as in the log. */
  readonly at: number;
  readonly operation: Operation;
  readonly modelId: string;
  readonly inferenceRegion?: string;
  readonly tags: CallTags;
  readonly system: string;
  readonly history: readonly Round[];
  readonly question: string;
  readonly contexts: readonly string[];
  readonly placement: ContextPlacement;
  /** `s3://` address of an attached document, whose tokens are in `tokens` but whose text is in no record. */
  readonly attachment?: string;
  /** Names the tool use that was asked for, or whose result is the context. */
  readonly toolUseId?: string;
  readonly reply: Reply;
  readonly tokens: TokenCounts;
  readonly latencyMs: number;
  readonly firstByteMs: number;
  /** Both key orders of the envelope are found in the wild. */
  readonly keyOrder: KeyOrder;
  /** The log was configured without text delivery. */
  readonly bodiless: boolean;
}

export type KeyOrder = "schema-first" | "timestamp-first";

/** The retrieval tool of the agent feature. */
export const LOOKUP_TOOL = "search_help_center";

export const BLOCKED_TEXT = "Sorry, I can only help with questions about Lumora products.";
export const GUARDRAIL_ID = "gr4lumora7x2";
