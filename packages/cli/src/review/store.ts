import type { LakeRow, LakeTable } from "@bellwether/core/lake/tables";
import type { AgreementNote } from "@bellwether/core/review/agreement-note";
import type { Label } from "@bellwether/core/review/label";
import type { ReviewTask } from "@bellwether/core/review/task";
import type { RunSql } from "../lake-query.ts";

/** Where tasks and labels are: the lake of a replay, or the table and lake of a stage. */
export interface ReviewStore {
  readonly tasks: () => Promise<readonly ReviewTask[]>;
  /** Last labels of every person. */
  readonly labels: () => Promise<readonly Label[]>;
  /** Keeps a label; safe to repeat, and a later label of the same person stands. */
  readonly keep: (task: ReviewTask, label: Label) => Promise<void>;
  /** Writes lake rows under a part name. */
  readonly write: (table: LakeTable, part: string, rows: readonly LakeRow[]) => Promise<void>;
  /** Tells rollout policy what labels say of the judge. */
  readonly note: (app: string, note: AgreementNote) => Promise<void>;
  /** SQL over the lake as it is now. */
  readonly query: <Answer>(use: (runSql: RunSql) => Promise<Answer>) => Promise<Answer>;
  /** Instant by which labels are old, ms; undefined for the newest instant of the lake. */
  readonly now: number | undefined;
}
