import { writeLake } from "@bellwether/aws/lake";
import { labelsOf, putAgreement, putLabel, reviewTasks } from "@bellwether/aws/reviews-table";
import type { EnvironmentName } from "@bellwether/core/topology";
import { UsageError } from "../arguments.ts";
import { type LakeLocation, withAthena } from "../lake-query.ts";
import type { ReviewStore } from "./store.ts";

const NEEDED: readonly EnvironmentName[] = ["REVIEWS_TABLE", "LAKE_BUCKET"];

/** Tasks and labels of an app in a deployed stage; throws UsageError when the environment names none. */
export function stageStore(
  app: string | undefined,
  names: Omit<LakeLocation, "out">,
  now: number,
): ReviewStore {
  const missing = NEEDED.find((name) => !process.env[name]);
  if (missing !== undefined)
    throw new UsageError(
      `--out DIR is missing, and so is environment variable ${missing} of a deployed stage (${NEEDED.join(", ")})`,
    );
  if (app === undefined) throw new UsageError("--app APP is missing: whose answers you will label");
  return {
    tasks: () => reviewTasks(app, now),
    labels: () => labelsOf(app),
    keep: async (task, label) => void (await putLabel(task.app, label)),
    write: writeLake,
    note: (name, note) => putAgreement(name, note, now),
    query: (use) => withAthena(names, use),
    now,
  };
}
