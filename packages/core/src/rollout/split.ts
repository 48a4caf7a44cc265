import { countIncrement } from "@bellwether/stats/count-evidence";
import { logMeanExp } from "@bellwether/stats/log-sum-exp";
import { sampleRatioEvidence } from "@bellwether/stats/sample-ratio";
import type { LifeCell } from "./cells.ts";
import type { Rollout } from "./document.ts";

/** Whether requests reach the arms as planned. */
export interface Split {
  readonly requests: { readonly stable: number; readonly canary: number };
  /** Natural log of the e-value that they do not; at 2000 nothing is decided any more. */
  readonly logE: number;
}

/** From here on the split itself is broken: a routing or logging fault, not an effect (stats C4). */
export const MISMATCH = 2_000;

/**
 * Tolerated factor between real and planned odds. A hash of requests keeps the share exactly; one of users keeps it in
 * users, of whom a few make most of the traffic.
 */
const TOLERANCE: Readonly<Record<Exclude<Rollout["unit"], "request">, number>> = { user: 4, session: 2 };

interface ShareCounts {
  readonly share: number;
  canary: number;
  stable: number;
}

function countsByShare(cells: readonly LifeCell[]): ShareCounts[] {
  const counts = new Map<number, ShareCounts>();
  for (const { share, arms } of cells) {
    if (share === null || share <= 0 || share >= 1) continue;
    const known = counts.get(share) ?? { share, canary: 0, stable: 0 };
    known.canary += Math.max(0, arms.canary.counts.n);
    known.stable += Math.max(0, arms.stable.counts.n);
    counts.set(share, known);
  }
  return [...counts.values()];
}

/** Evidence that one arm's odds exceed the planned ones by more than the factor; log-wealth adds over shares. */
function tooMany(arm: "canary" | "stable", counts: readonly ShareCounts[], factor: number): number {
  const sums = counts.map(({ share, canary, stable }) =>
    countIncrement({
      canaryEvents: arm === "canary" ? canary : stable,
      events: canary + stable,
      canaryExposure: arm === "canary" ? share : 1 - share,
      exposure: 1,
      R0: factor,
    }),
  );
  const first = sums[0];
  if (first === undefined) return 0;
  return logMeanExp(first.map((_, j) => sums.reduce((sum, part) => sum + (part[j] ?? 0), 0)));
}

/** Weighs the split of traffic over a canary's life against its planned shares. */
export function weighSplit(cells: readonly LifeCell[], unit: Rollout["unit"]): Split {
  const counts = countsByShare(cells);
  const requests = {
    stable: counts.reduce((sum, { stable }) => sum + stable, 0),
    canary: counts.reduce((sum, { canary }) => sum + canary, 0),
  };
  if (unit === "request") {
    const logE = counts.reduce(
      (sum, { share, canary, stable }) =>
        sum + sampleRatioEvidence({ canary, total: canary + stable, share }),
      0,
    );
    return { requests, logE };
  }
  const factor = TOLERANCE[unit];
  return {
    requests,
    logE: logMeanExp([tooMany("canary", counts, factor), tooMany("stable", counts, factor)]),
  };
}
