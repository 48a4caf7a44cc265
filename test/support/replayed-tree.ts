import { duplicateTree } from "@bellwether/local/traffic/duplicate-tree";
import { type Regression, type Tree, type TreeOptions, writeTree } from "@bellwether/local/traffic/tree";
import { type Replayed, replayFolder, temporaryFolder } from "./run-bellwether.ts";

/** First instant of the trees, ms. */
export const TREE_START = Date.parse("2026-11-01T00:00:00Z");
/** Few objects and a matched sample of one half keep these runs short; nothing else differs from the defaults. */
const SIZE = { seed: 7, start: TREE_START, records: 1_000, days: 2, users: 60, objectsPerHour: 0.25 };
const CONFIG = { sampling: { canaryRate: 0.5 } };
/** The canary begins at noon of the first day and is bad from the second day on. */
export const SPLIT = { canaryFromDay: 0.5, badFromDay: 1, share: 0.4 };
/** A run takes seconds on a free machine; others may share it. */
export const PATIENCE_MS = 180_000;

export interface ReplayedTree extends Replayed {
  readonly tree: Tree;
}

const folders: { remove(): void }[] = [];

/** Deletes what `replayTree` wrote. */
export function removeTrees(): void {
  for (const folder of folders.splice(0)) folder.remove();
}

/** Writes a tree of simulated traffic, each object once or under two names, and replays it. */
export async function replayTree(
  regression: Regression,
  options: Partial<TreeOptions>,
  deliveries: "once" | "twice" = "once",
): Promise<ReplayedTree> {
  const folder = temporaryFolder(`tree-${regression}`);
  folders.push(folder);
  const tree = await writeTree(`${folder.dir}/logs`, { ...SIZE, regression, ...options });
  if (deliveries === "twice") await duplicateTree(`${folder.dir}/logs`);
  const replayed = await replayFolder(folder.dir, { rollout: tree.rollout, config: CONFIG });
  return { ...replayed, tree };
}
