import { partName } from "@bellwether/aws/lake";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { type Label, labelRow } from "@bellwether/core/review/label";
import type { ReviewTask } from "@bellwether/core/review/task";
import type { ReviewStore } from "./store.ts";

/** How many other people labelled this metric of this request before. */
function labelledBefore(label: Label, known: readonly Label[]): number {
  const others = known.filter(
    (one) =>
      one.requestId === label.requestId &&
      one.metric === label.metric &&
      one.reviewer !== label.reviewer &&
      one.label !== null &&
      (one.at < label.at || (one.at === label.at && one.reviewer < label.reviewer)),
  );
  return others.length;
}

/** Keeps labels of known tasks, first in the table, then in the lake under the name of their content; safe to repeat. */
export async function saveLabels(
  store: ReviewStore,
  tasks: ReadonlyMap<string, ReviewTask>,
  labels: readonly Label[],
): Promise<void> {
  const known = Map.groupBy([...(await store.labels()), ...labels], ({ requestId }) => requestId);
  const rows: LakeRow[] = [];
  for (const label of labels) {
    const task = tasks.get(label.requestId);
    if (task === undefined) throw new RangeError(`nobody asks about ${label.requestId}`);
    await store.keep(task, label);
    rows.push(labelRow(label, task, labelledBefore(label, known.get(label.requestId) ?? [])));
  }
  if (rows.length > 0) await store.write("reviews_log", partName("reviews", JSON.stringify(rows)), rows);
}
