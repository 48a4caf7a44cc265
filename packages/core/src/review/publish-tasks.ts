import type { Config } from "../config/config.ts";
import type { LakeRow, LakeTable } from "../lake/tables.ts";
import type { KnownRequest } from "../requests/request-item.ts";
import { type ReviewTask, taskOf, taskRow, taskSlot } from "./task.ts";

export interface TaskDeps {
  /** Takes a place for a task; false when another request has it. The same task passes again. */
  readonly putReviewTask: (slot: string, task: ReviewTask) => Promise<boolean>;
  readonly writeLake: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
}

/** Puts judged requests that people are to see into their queue and the lake; safe to repeat. */
export async function publishTasks(
  requests: readonly KnownRequest[],
  part: string,
  config: Config,
  deps: TaskDeps,
): Promise<void> {
  const tasks = requests.flatMap((request) => taskOf(request, config) ?? []);
  const placed = await Promise.all(
    tasks.map((task) => deps.putReviewTask(taskSlot(task, config.review.flaggedPerDay), task)),
  );
  const rows = tasks.filter((_, i) => placed[i]).map(taskRow);
  if (rows.length > 0) await deps.writeLake("review_tasks_log", part, rows);
}
