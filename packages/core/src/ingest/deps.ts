import type { LakeRow, LakeTable } from "../lake/tables.ts";
import type { EmbedText } from "../prompts/features.ts";
import type { Topics } from "../prompts/topics.ts";
import type { RequestDecision } from "../requests/decision.ts";
import type { RequestItem } from "../requests/request-item.ts";
import type { Rollout } from "../rollout/document.ts";
import type { Priority } from "../sampling/decide.ts";
import type { KappaRow } from "../sampling/kappa.ts";
import type { WindowItem } from "../windows/items.ts";
import type { ObjectLine, OffloadedBody } from "./log-line.ts";

/** A line's claim on its request id. */
export interface Claim {
  readonly requestId: string;
  readonly source: string;
  readonly bodyHash: string;
  readonly row: LakeRow;
  readonly decision: RequestDecision;
}

export type ClaimResult =
  | { readonly kind: "claimed"; readonly item: RequestItem }
  /** The same record came before from another line. */
  | { readonly kind: "duplicate" }
  /** Another record came before under the same id. */
  | { readonly kind: "conflict" };

export interface QueuedRequest {
  readonly requestId: string;
  readonly priority: Priority;
}

/** What ingest needs from the world; every write is an overwrite under a deterministic key. */
export interface IngestDeps {
  readonly readLogObject: (key: string) => AsyncIterable<ObjectLine>;
  readonly readOffloadedBody: (bucket: string, key: string) => Promise<OffloadedBody>;
  readonly getRollout: (app: string) => Promise<Rollout | undefined>;
  /** Embedding of a text by the configured model; undefined when it could not be had. */
  readonly embedText: EmbedText;
  /** Topics of an app's questions, once they were learned. */
  readonly getTopics: (app: string) => Promise<Topics | undefined>;
  /** What pace wrote for event times in [from, until], ascending, and the row in force at `from`. */
  readonly kappaRows: (from: number, until: number) => Promise<readonly KappaRow[]>;
  /** Request id that made a user known; the first to ask keeps it. */
  readonly claimNewUser: (app: string, user: string, requestId: string, now: number) => Promise<string>;
  /** Remembers that a role or user called with this app tag. */
  readonly learnApp: (principal: string, app: string, now: number) => Promise<void>;
  /** Every app tag that a role or user called with. */
  readonly appsOf: (principal: string) => Promise<readonly string[]>;
  readonly claimRequest: (claim: Claim, now: number) => Promise<ClaimResult>;
  readonly reviseDecision: (
    requestId: string,
    rev: number,
    decision: RequestDecision,
  ) => Promise<RequestItem | undefined>;
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
  readonly putWindowItems: (items: readonly WindowItem[], token: string, now: number) => Promise<void>;
  readonly sendToEvaluate: (requests: readonly QueuedRequest[]) => Promise<void>;
  readonly newToken: () => string;
}
