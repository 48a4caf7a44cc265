import type { FeedbackDeps } from "@bellwether/core/feedback/apply";
import { isKnown, type RequestItem, type Vote } from "@bellwether/core/requests/request-item";
import { type CrashPoint, crashing, depsOf, taskDeps, type World } from "../ingest/memory-world.ts";

/** What feedback leaves behind beside the world of ingest. */
export interface FeedbackWorld extends World {
  readonly documents: Map<string, string>;
  readonly requeued: Set<string>;
}

const isLater = (a: Vote, b: Vote): boolean => a.at > b.at || (a.at === b.at && a.feedbackId > b.feedbackId);

/** Verbs of feedback over the world, with the semantics of the real conditional writes. */
export function feedbackDeps(
  world: FeedbackWorld,
  crash?: CrashPoint,
  write = crashing(world, crash),
): FeedbackDeps {
  const { kappaRows, reviseDecision, writeLake, putWindowItems, sendToEvaluate, newToken } = depsOf(
    world,
    crash,
    write,
  );
  const update = (requestId: string, change: (item: RequestItem) => RequestItem): RequestItem => {
    const item = change(world.requests.get(requestId) ?? { requestId, rev: 0, votes: [] });
    world.requests.set(requestId, item);
    return item;
  };
  return {
    ...taskDeps(world, write),
    reviseDecision,
    writeLake,
    putWindowItems,
    sendToEvaluate,
    newToken,
    kappaRows,
    getRequest: async (requestId) => world.requests.get(requestId),
    castVote: (requestId, vote) =>
      write("castVote", () => {
        const { votes = [], negativeAt = [] } = world.requests.get(requestId) ?? {};
        const cast = vote.negative
          ? [...new Set([...negativeAt, vote.at])].sort((a, b) => a - b)
          : negativeAt;
        if (votes.some((known) => known.user === vote.user && isLater(known, vote))) {
          return vote.negative ? update(requestId, (item) => ({ ...item, negativeAt: cast })) : undefined;
        }
        const others = votes.filter(({ user }) => user !== vote.user);
        return update(requestId, (item) => ({ ...item, votes: [...others, vote], negativeAt: cast }));
      }),
    attachInteraction: async (requestId, { key, variant, measured }) =>
      update(requestId, (item) => {
        const known = isKnown(item);
        const named =
          variant === undefined ? {} : known ? { lateVariant: variant } : { earlyVariant: variant };
        return { ...item, interactionKey: key, measured, ...named, rev: known ? item.rev + 1 : item.rev };
      }),
    requeueRequest: async (requestId) => {
      if (world.requeued.has(requestId)) return undefined;
      world.requeued.add(requestId);
      return update(requestId, (item) => ({
        ...item,
        outcome: { outcome: "queued", reason: null },
        rev: item.rev + 1,
      }));
    },
    writeDocument: async (key, text) => void world.documents.set(key, text),
  };
}
