import { canaryEpochAt, type Rollout } from "../rollout/document.ts";
import type { StableAt } from "./measure-day.ts";

/** The stable version while a canary runs; undefined at other times, when everybody's requests count. */
export const stableAt =
  (rollout: Rollout | undefined): StableAt =>
  (at) =>
    rollout === undefined ? undefined : canaryEpochAt(rollout, at)?.stable;

/** When the present stable version took over from another, ms; 0 when no other is remembered. */
export function stableSince(rollout: Rollout | undefined): number {
  const epochs = rollout?.epochs ?? [];
  const other = epochs.findLastIndex(({ stable }) => stable !== rollout?.stable);
  return other === -1 ? 0 : (epochs[other + 1]?.from ?? 0);
}
