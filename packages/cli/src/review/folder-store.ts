import { type LakeRow, type LakeTable, partitionOf } from "@bellwether/core/lake/tables";
import { labelFromRow } from "@bellwether/core/review/label";
import { taskFromRow } from "@bellwether/core/review/task";
import { lakeFolder, withLake } from "../lake-query.ts";
import { rowsOf } from "./rows.ts";
import type { ReviewStore } from "./store.ts";

const ofApp = (app: string | undefined): string =>
  app === undefined ? "" : ` where app = '${app.replaceAll("'", "''")}'`;

/** Tasks and labels in the lake that a replay wrote under `out`; throws UsageError when there is none. */
export function folderStore(out: string, app: string | undefined): ReviewStore {
  const dir = lakeFolder(out);
  const query: ReviewStore["query"] = (use) => withLake({ out }, use);
  const write = async (table: LakeTable, part: string, rows: readonly LakeRow[]): Promise<void> => {
    const { appendPart } = await import("@bellwether/local/lake/append-part");
    const hours = Map.groupBy(rows, ({ at }) => partitionOf(Date.parse(String(at))));
    for (const group of hours.values()) await appendPart(dir, table, part, group);
  };
  return {
    tasks: () =>
      query(async (runSql) =>
        (await rowsOf(runSql, `select * from review_tasks${ofApp(app)} order by request_id`)).map(
          taskFromRow,
        ),
      ),
    labels: () =>
      query(async (runSql) =>
        (
          await rowsOf(runSql, `select * from reviews${ofApp(app)} order by request_id, metric, reviewer`)
        ).map(labelFromRow),
      ),
    // The lake row is all there is.
    keep: async () => undefined,
    write,
    note: async () => undefined,
    query,
    now: undefined,
  };
}
