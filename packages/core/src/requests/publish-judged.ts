import type { Config } from "../config/config.ts";
import type { LakeRow, LakeTable } from "../lake/tables.ts";
import { publishTasks, type TaskDeps } from "../review/publish-tasks.ts";
import type { WindowItem } from "../windows/items.ts";
import { evaluationRows, fullRow, type KnownRequest, scoreItem } from "./request-item.ts";

export interface PublishDeps extends TaskDeps {
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
  readonly putWindowItems: (items: readonly WindowItem[], token: string, now: number) => Promise<void>;
  readonly newToken: () => string;
}

/** Writes the effects of judged requests: lake rows of the batch, score items, then tasks for people; all overwrites. */
export async function publishJudged(
  requests: readonly KnownRequest[],
  stage: { readonly config: Config; readonly partName: (...identity: string[]) => string },
  now: number,
  deps: PublishDeps,
): Promise<void> {
  if (requests.length === 0) return;
  // A doubled message may bring a request twice.
  const distinct = new Map(requests.map((request) => [request.requestId, request]));
  const sorted = [...distinct.values()].sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
  const part = stage.partName("judged", ...sorted.map(({ requestId, rev }) => `${requestId}@${rev}`));
  await Promise.all([
    deps.writeLake("evaluations_log", part, sorted.flatMap(evaluationRows)),
    deps.writeLake("requests_log", part, sorted.map(fullRow)),
  ]);
  await deps.putWindowItems(
    sorted.map(scoreItem).filter((item) => item !== undefined),
    deps.newToken(),
    now,
  );
  await publishTasks(sorted, part, stage.config, deps);
}
