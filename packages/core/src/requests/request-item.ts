import type { LakeRow } from "../lake/tables.ts";
import { costColumns, type PackedCost } from "../prices/cost-columns.ts";
import { bucketOf } from "../windows/bucket.ts";
import {
  type FeedbackItem,
  type MetricOutcome,
  NONE,
  type ScoreItem,
  type Segment,
  segmentOf,
  UNATTRIBUTED,
} from "../windows/items.ts";
import { decisionColumns, type Outcome, type RequestDecision } from "./decision.ts";

/** A user's last vote on a request. */
export interface Vote {
  readonly at: number;
  readonly feedbackId: string;
  readonly negative: boolean;
  readonly user: string;
}

/** One metric's result; `reason` is the judge's, shortened. */
export type StoredOutcome = MetricOutcome & {
  readonly reason?: string;
  /** How unsure the judge is of the score, [0, 1]. */
  readonly uncertainty?: number;
};

/** What the judge said about a request, and what it cost over all attempts. */
export interface Judgement {
  readonly outcomes: Readonly<Record<string, StoredOutcome>>;
  readonly judgeModel: string;
  readonly judgeVersion: string;
  /** Judge spend in 1e-12 USD; null when the judge model is unpriced. */
  readonly picoUsd: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Where the judged texts seem to speak to the judge, and how. */
  readonly injection?: string;
  /** Probability with which people were to see the request, drawn once; absent when it cannot enter an estimate. */
  readonly rho?: number;
}

/** The one item of a request; feedback may create it before the record is known. */
export interface RequestItem {
  readonly requestId: string;
  /** `key#line` that claimed the id; undefined while only feedback is known. */
  readonly source?: string;
  readonly row?: LakeRow;
  readonly decision?: RequestDecision;
  readonly rev: number;
  readonly votes: readonly Vote[];
  /** When negative votes were cast, ms, ascending, also those that were taken back: pi never falls. */
  readonly negativeAt?: readonly number[];
  /** S3 key of an interaction event's document. */
  readonly interactionKey?: string;
  /** What an interaction measured, ms; it fills in where the log has nothing. */
  readonly measured?: { readonly latencyMs?: number | undefined; readonly ttftMs?: number | undefined };
  /** Variant named by an interaction that came before the record. */
  readonly earlyVariant?: string;
  /** Variant named by an interaction that came after the record was counted. */
  readonly lateVariant?: string;
  /** What repricing says it costs; the windows count what `row` says, and correct it by an item of their own. */
  readonly repriced?: PackedCost;
  readonly judgement?: Judgement;
  readonly outcome?: { readonly outcome: Outcome; readonly reason: string | null };
}

/** A request whose record is known. */
export type KnownRequest = RequestItem & Required<Pick<RequestItem, "source" | "row" | "decision">>;

export const isKnown = (item: RequestItem): item is KnownRequest =>
  item.source !== undefined && item.row !== undefined && item.decision !== undefined;

/** Event time of a known request, ms. */
export const eventTime = (request: KnownRequest): number => Date.parse(String(request.row.at));

/** The decision with the outcome that judging gave it, if any. */
export function currentDecision(request: KnownRequest): RequestDecision {
  const { outcome } = request;
  return outcome === undefined
    ? request.decision
    : { ...request.decision, outcome: outcome.outcome, outcomeReason: outcome.reason };
}

/** The record's half of the row as the windows counted it: an interaction that came first may name the variant. */
export function countedRow(request: KnownRequest): LakeRow {
  const { row, earlyVariant } = request;
  return row.variant === UNATTRIBUTED && earlyVariant !== undefined ? { ...row, variant: earlyVariant } : row;
}

/** The whole row as the windows counted it: what became known later has correction items of its own. */
export const wholeCountedRow = (request: KnownRequest): LakeRow => ({
  ...countedRow(request),
  ...decisionColumns(currentDecision(request), request.rev),
});

/** The whole `requests_log` row at the item's revision. */
export function fullRow(request: KnownRequest): LakeRow {
  const { lateVariant, repriced } = request;
  const counted = wholeCountedRow(request);
  const row =
    counted.variant === UNATTRIBUTED && lateVariant ? { ...counted, variant: lateVariant } : counted;
  return repriced === undefined ? row : { ...row, ...costColumns(repriced), unpriced_reason: null };
}

/** Where windows count a request: its bucket and segment. */
export function placeOf(request: KnownRequest): { readonly bucket: number; readonly segment: Segment } {
  return { bucket: bucketOf(eventTime(request)), segment: segmentOf(fullRow(request)) };
}

/** Drawn because feedback raised its pi; the count of drawn requests does not know it. */
const isRaised = ({ firstPi, pi, u }: RequestDecision): boolean =>
  firstPi !== null && pi !== null && u !== null && firstPi <= u && u < pi;

/** The window item of a request that was judged or that feedback added to the sample; undefined for others. */
export function scoreItem(request: KnownRequest): ScoreItem | undefined {
  const { judgement, decision, rev, requestId } = request;
  const raised = isRaised(decision);
  if (decision.pi === null || (judgement === undefined && !raised)) return undefined;
  const { topic } = request.row;
  return {
    kind: "score",
    ...placeOf(request),
    requestId,
    pi: decision.look === undefined ? decision.pi : null,
    uniform: decision.uniform,
    raised,
    rev,
    ...(typeof topic === "string" && { topic }),
    judgePicoUsd: judgement === undefined ? 0 : judgement.picoUsd,
    outcomes: Object.fromEntries(
      Object.entries(judgement?.outcomes ?? {}).map(([metric, o]): [string, MetricOutcome] => [
        metric,
        o.status === "scored" ? { status: "scored", score: o.score } : { status: o.status },
      ]),
    ),
  };
}

/** Window items of the users' last votes on a request. */
export function feedbackItems(request: KnownRequest): FeedbackItem[] {
  if (request.votes.length === 0) return [];
  const place = placeOf(request);
  return request.votes.map(({ user, negative, at, feedbackId }) => ({
    kind: "feedback",
    ...place,
    requestId: request.requestId,
    user,
    votedAt: at,
    feedbackId,
    negative,
  }));
}

const PICO = 1e12;

/** `evaluations_log` rows of a judged request; spend and tokens stand on the `quality` row only. */
export function evaluationRows(request: KnownRequest): LakeRow[] {
  const { judgement, row, decision, rev } = request;
  if (judgement === undefined) return [];
  const { variant } = placeOf(request).segment;
  return Object.entries(judgement.outcomes).map(([metric, outcome]) => ({
    request_id: request.requestId,
    metric,
    at: row.at ?? null,
    app: row.app ?? null,
    variant: variant === NONE ? null : variant,
    prompt_version: row.prompt_version ?? null,
    model_id: row.model_id ?? null,
    status: outcome.status,
    score: outcome.status === "scored" ? outcome.score : null,
    reason: outcome.reason ?? null,
    uncertainty: outcome.uncertainty ?? null,
    injection: judgement.injection ?? null,
    judge_model: judgement.judgeModel,
    judge_version: judgement.judgeVersion,
    pi: decision.look === undefined ? decision.pi : null,
    rev,
    ...(metric === "quality"
      ? {
          cost_usd: judgement.picoUsd === null ? null : judgement.picoUsd / PICO,
          cost_pico_usd: judgement.picoUsd,
          input_tokens: judgement.inputTokens,
          output_tokens: judgement.outputTokens,
          rho: judgement.rho ?? null,
        }
      : {}),
  }));
}
