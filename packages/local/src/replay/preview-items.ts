import type { FeedbackDeps } from "@bellwether/core/feedback/apply";
import type { Claim } from "@bellwether/core/ingest/deps";
import type { LakeRow } from "@bellwether/core/lake/tables";
import type { RequestDecision } from "@bellwether/core/requests/decision";
import { isKnown, type RequestItem, type Vote } from "@bellwether/core/requests/request-item";

/** The request items of a preview; only requests that app events name are kept, the others cannot change. */
export interface PreviewItems
  extends Pick<
    FeedbackDeps,
    "getRequest" | "castVote" | "reviseDecision" | "attachInteraction" | "requeueRequest"
  > {
  /** The item after the first claim on its id. */
  claimed(claim: Claim): RequestItem;
}

type Decided = (row: LakeRow, decision: RequestDecision, before: RequestDecision | undefined) => void;

const isLater = (a: Vote, b: Vote): boolean => a.at > b.at || (a.at === b.at && a.feedbackId > b.feedbackId);

/** An empty store; `decided` hears of every decision and of what it replaces. */
export function createItems(named: ReadonlySet<string>, decided: Decided): PreviewItems {
  const items = new Map<string, RequestItem>();
  const update = (requestId: string, change: Partial<RequestItem>): RequestItem => {
    const item = { ...(items.get(requestId) ?? { requestId, rev: 0, votes: [] }), ...change };
    items.set(requestId, item);
    return item;
  };
  return {
    claimed: ({ requestId, source, row, decision }) => {
      decided(row, decision, undefined);
      const rev = Math.max(1, items.get(requestId)?.rev ?? 1);
      if (!named.has(requestId)) return { requestId, votes: [], source, row, decision, rev };
      return update(requestId, { source, row, decision, rev });
    },
    getRequest: async (requestId) => items.get(requestId),
    reviseDecision: async (requestId, rev, decision) => {
      const known = items.get(requestId);
      if (known === undefined || known.rev !== rev) return undefined;
      if (isKnown(known)) decided(known.row, decision, known.decision);
      return update(requestId, { decision, rev: rev + 1 });
    },
    castVote: async (requestId, vote) => {
      const { votes = [], negativeAt = [] } = items.get(requestId) ?? {};
      const negatives = new Set(vote.negative ? [...negativeAt, vote.at] : negativeAt);
      const noted = { negativeAt: [...negatives].sort((a, b) => a - b) };
      const isPassed = votes.some((known) => known.user === vote.user && isLater(known, vote));
      if (isPassed) return vote.negative ? update(requestId, noted) : undefined;
      return update(requestId, {
        ...noted,
        votes: [...votes.filter(({ user }) => user !== vote.user), vote],
      });
    },
    attachInteraction: async (requestId, { key, variant, measured }) => {
      const known = items.get(requestId);
      const isThere = known !== undefined && isKnown(known);
      const name = isThere ? "lateVariant" : "earlyVariant";
      return update(requestId, {
        interactionKey: key,
        measured,
        ...(variant === undefined ? {} : { [name]: variant }),
        ...(isThere ? { rev: known.rev + 1 } : {}),
      });
    },
    // Nothing is judged here, so nothing was judged without its context.
    requeueRequest: async () => undefined,
  };
}
