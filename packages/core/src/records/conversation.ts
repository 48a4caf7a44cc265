import type { ToolTrail } from "./tool-trail.ts";

/** Where the retrieved context of a RAG answer was found, in order of preference. */
export type ContextSource = "interaction" | "guard_content" | "tool_result" | "tagged" | "pattern";

export interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export interface Turn {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly text: string;
}

/** The texts of one invocation, rebuilt from any body family or stream. */
export interface Conversation {
  readonly system?: string;
  /** All turns of the request in order (without the answer). */
  readonly turns: readonly Turn[];
  /** The last user text, without the context passages that were found in it. */
  readonly question?: string;
  /** The model's text; undefined when there is none (failed, embeddings, pure tool use). */
  readonly answer?: string;
  readonly toolUses: readonly ToolUse[];
  /** Tools offered and called since the user last spoke; undefined when none was called. */
  readonly toolTrail?: ToolTrail;
  readonly contexts: readonly string[];
  readonly contextSource?: ContextSource;
  /** The context was visibly cut (by the app or by the log); faithfulness must abstain. */
  readonly contextTruncated: boolean;
}

/** How an app marks context inside its prompts. */
export interface ContextOptions {
  /** Tag names whose spans are context, e.g. `context` for `<context>…</context>`. */
  readonly contextTags: readonly string[];
  /** Source of a RegExp whose first group is one passage; matched globally over the last user text. */
  readonly contextPattern?: string | undefined;
}
