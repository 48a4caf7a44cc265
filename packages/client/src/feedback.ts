import type { Report } from "./problems.ts";
import { fitTag, type Tags } from "./tags.ts";

type Vote =
  | { readonly kind: "thumbs"; readonly value: "up" | "down" }
  | { readonly kind: "rating"; readonly value: number }
  | { readonly kind: "comment" | "correction"; readonly value?: string | undefined }
  | {
      readonly kind: "implicit";
      readonly value: "copy" | "regenerate" | "escalate" | "abandon" | "rephrase";
    };

/** What a user said or did about an answer; names a request (Bedrock's id) or a session. A rating is 1–5. */
export type Feedback = Vote & {
  readonly requestId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly user?: string | undefined;
  readonly comment?: string | undefined;
  /** Counts once however often it is sent; a new id when left out. */
  readonly feedbackId?: string | undefined;
  /** Now when left out. */
  readonly at?: Date | undefined;
};

/** What the app knows about one request beyond Bedrock's log; times in ms, `retrievalUsd` in USD. */
export interface Interaction {
  /** Bedrock's id, `$metadata.requestId` of its answer. */
  readonly requestId: string;
  /** Passages the answer had to be faithful to. */
  readonly contexts: readonly string[];
  readonly question?: string | undefined;
  readonly answer?: string | undefined;
  readonly tags?: Tags | undefined;
  readonly latencyMs?: number | undefined;
  readonly ttftMs?: number | undefined;
  readonly retrievalMs?: number | undefined;
  readonly retrievalUsd?: number | undefined;
}

/** The detail of an event, or why Bellwether would not accept it. */
export type Detail =
  | { readonly ok: true; readonly detail: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly why: string };

const MAX_ID = 256;
const MAX_COMMENT = 4_000;
const MAX_CORRECTION = 16_000;
/** ISO 8601 writes later years, and those before the common era, in another form. */
const YEAR_10000 = Date.UTC(10_000, 0);
const REQUEST_ID = /^[\x20-\x7e]{1,256}$/;
const IMPLICIT: readonly unknown[] = ["copy", "regenerate", "escalate", "abandon", "rephrase"];

function isUsable({ kind, value }: Vote): boolean {
  switch (kind) {
    case "thumbs":
      return value === "up" || value === "down";
    case "rating":
      return typeof value === "number" && value >= 1 && value <= 5;
    case "comment":
    case "correction":
      return value === undefined || typeof value === "string";
    case "implicit":
      return IMPLICIT.includes(value);
    default:
      return false;
  }
}

function cut<T>(text: T, limit: number, report: Report): T | string {
  if (typeof text !== "string" || text.length <= limit) return text;
  report("text_cut", `${text.length} characters to ${limit}`);
  return text.slice(0, limit).toWellFormed();
}

const refuse = (why: string): Detail => ({ ok: false, why });

/** The detail of a `feedback` event. User and session take the form they have in `requestMetadata`, so that both join. */
export function feedbackDetail(feedback: Feedback, newId: () => string, now: number, report: Report): Detail {
  const { kind, value, requestId, at = new Date(now), feedbackId = newId(), comment } = feedback;
  if (!isUsable(feedback)) return refuse(`${kind} with value ${JSON.stringify(value)}`);
  if (requestId !== undefined && !REQUEST_ID.test(requestId)) return refuse("requestId");
  const sessionId = fitTag("session", feedback.sessionId, report);
  if (requestId === undefined && sessionId === undefined) return refuse("neither requestId nor sessionId");
  if (feedbackId === "" || feedbackId.length > MAX_ID) return refuse("feedbackId");
  if (!(at.getTime() >= 0 && at.getTime() < YEAR_10000)) return refuse("at");
  return {
    ok: true,
    detail: {
      feedbackId,
      kind,
      value: cut(value, kind === "correction" ? MAX_CORRECTION : MAX_COMMENT, report),
      requestId,
      sessionId,
      user: fitTag("user", feedback.user, report),
      comment: cut(comment, MAX_COMMENT, report),
      at: at.toISOString(),
    },
  };
}

/** The detail of an `interaction` event; a measurement that is no number ≥ 0 is left out. */
export function interactionDetail(interaction: Interaction, tags: Readonly<Record<string, string>>): Detail {
  const { requestId, contexts, question, answer } = interaction;
  if (!REQUEST_ID.test(requestId)) return refuse("requestId");
  if (!Array.isArray(contexts) || contexts.some((text) => typeof text !== "string"))
    return refuse("contexts");
  const detail: Record<string, unknown> = { requestId, contexts, question, answer, tags };
  for (const name of ["latencyMs", "ttftMs", "retrievalMs", "retrievalUsd"] as const) {
    const value = interaction[name];
    if (value !== undefined && value >= 0 && Number.isFinite(value)) detail[name] = value;
  }
  return { ok: true, detail };
}
