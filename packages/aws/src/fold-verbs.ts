import { randomUUID } from "node:crypto";
import type { FoldDeps } from "@bellwether/core/windows/fold-dirty";
import { clearMarks, dirtyMarks } from "./dirty-marks.ts";
import { foldVersion, noteFolded, saveFold } from "./fold-state.ts";
import { readBucket } from "./windows-table.ts";

/** What every function that folds windows needs. */
export const foldVerbs: FoldDeps = {
  dirtyMarks,
  clearMarks,
  readBucket,
  foldVersion,
  saveFold,
  noteFolded,
  newToken: randomUUID,
};
