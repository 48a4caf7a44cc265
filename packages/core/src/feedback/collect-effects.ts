import type { QueuedRequest } from "../ingest/deps.ts";
import type { LakeRow, LakeTable } from "../lake/tables.ts";
import type { WindowItem } from "../windows/items.ts";
import type { FeedbackDeps } from "./apply.ts";

/** Verbs that remember their effects, and `flush`, which takes them once for the whole batch. */
export interface CollectedEffects {
  readonly deps: FeedbackDeps;
  /** Lake, then windows, then queue; rejects when one of them fails, and the batch must then be delivered again. */
  readonly flush: (part: string, now: number) => Promise<void>;
}

/** Gathers the effects of a batch of app events: one part per table and one write of windows, however many events. */
export function collectEffects(deps: FeedbackDeps): CollectedEffects {
  const rows = new Map<LakeTable, LakeRow[]>();
  const items: WindowItem[] = [];
  const queued = new Map<string, QueuedRequest>();
  return {
    deps: {
      ...deps,
      writeLake: async (table, _part, more) => {
        rows.set(table, [...(rows.get(table) ?? []), ...more]);
      },
      putWindowItems: async (more) => {
        items.push(...more);
      },
      sendToEvaluate: async (requests) => {
        for (const request of requests) queued.set(request.requestId, request);
      },
    },
    flush: async (part, now) => {
      await Promise.all([...rows].map(([table, group]) => deps.writeLake(table, part, group)));
      if (items.length > 0) await deps.putWindowItems(items, deps.newToken(), now);
      if (queued.size > 0) await deps.sendToEvaluate([...queued.values()]);
    },
  };
}
