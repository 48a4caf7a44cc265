import type { Label } from "./label.ts";
import type { ReviewTask } from "./task.ts";

/** What a task still needs: `first` label, a blind `second`, or a third because two disagree; undefined when it is done. */
type Need = "first" | "second" | "third";

/** What is missing on a task from its labels of one metric (a reviewer's last ones); a skip is not a label. */
function needOf(
  task: Pick<ReviewTask, "second">,
  labels: readonly Pick<Label, "label">[],
  margin: number,
): Need | undefined {
  const given = labels.flatMap(({ label }) => (label === null ? [] : [label]));
  if (given.length === 0) return "first";
  if (given.length === 1) return task.second ? "second" : undefined;
  const spread = Math.max(...given) - Math.min(...given);
  return given.length === 2 && spread > margin + 1e-9 ? "third" : undefined;
}

/** Labels of one metric by request. */
const byRequest = (labels: readonly Label[], metric: string): Map<string, Label[]> =>
  Map.groupBy(
    labels.filter((label) => label.metric === metric),
    ({ requestId }) => requestId,
  );

const RANK: Readonly<Record<Need, number>> = { third: 0, first: 1, second: 2 };

/** A task that waits for this reviewer. */
export interface OpenTask {
  readonly task: ReviewTask;
  readonly need: Need;
}

/**
 * Tasks that wait for `reviewer`, in order: disagreements first, then the random slice by its drawn order, so that a
 * queue that is never finished leaves out requests at random, then flagged requests, newest first. Nobody labels or
 * skips a task twice.
 */
export function openTasks(
  tasks: readonly ReviewTask[],
  labels: readonly Label[],
  {
    reviewer,
    metric,
    margin,
  }: { readonly reviewer: string; readonly metric: string; readonly margin: number },
): OpenTask[] {
  const known = byRequest(labels, metric);
  const open = tasks.flatMap((task): OpenTask[] => {
    const given = known.get(task.requestId) ?? [];
    if (given.some((label) => label.reviewer === reviewer)) return [];
    const need = needOf(task, given, margin);
    return need === undefined ? [] : [{ task, need }];
  });
  return open.sort(
    (a, b) =>
      RANK[a.need] - RANK[b.need] ||
      Number(a.task.rho === null) - Number(b.task.rho === null) ||
      (a.task.order ?? 0) - (b.task.order ?? 0) ||
      b.task.at - a.task.at ||
      (a.task.requestId < b.task.requestId ? -1 : 1),
  );
}
