import { putRollout } from "@bellwether/aws/rollouts-table";
import { nextGeneration, type RolloutChange } from "@bellwether/core/rollout/document";

/** Writes the first rollout document of an app through the product's own code, as `bellwether rollout start` would. */
export async function startRollout(app: string, change: Omit<RolloutChange, "action">): Promise<void> {
  const first = nextGeneration(undefined, app, { ...change, action: "start" });
  if (!(await putRollout(first, { generation: 0, step: "none" }))) {
    throw new Error(`${app} has a rollout document already`);
  }
}
