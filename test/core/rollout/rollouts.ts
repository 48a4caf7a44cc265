import { nextGeneration, type Rollout, type RolloutChange } from "@bellwether/core/rollout/document";
import { START } from "./arms.ts";

export const change = (rest: Partial<RolloutChange> = {}): RolloutChange => ({
  at: START,
  action: "start",
  stable: "v1",
  canary: "v2",
  share: 0.2,
  by: "ann",
  reason: "a new prompt",
  ...rest,
});

/** A rollout whose canary started at `START`, generation 1. */
export const rollout = (rest: Partial<RolloutChange> = {}): Rollout =>
  nextGeneration(undefined, "bot", change(rest));
