import { bettingIncrement, qualityGrid } from "@bellwether/stats/betting";
import { logEvidence } from "@bellwether/stats/start-mixture";
import {
  ARM_BASELINE,
  ARM_SHARE,
  type ArmEvent,
  CELL_MINUTES,
  SHIPPED_MARGIN,
  weighInSomeOrder,
} from "../support/simulate-arms.ts";
import { randomStream } from "../support/simulate-sampling.ts";
import { SD } from "./canary-scenarios.ts";
import { scoreTable } from "./canary-scores.ts";

const WORLDS = 5;
const ORDERS = 12;
const EVENTS = 3_000;
const HOURS = 9;
const HOUR_MS = 3_600_000;

/** Requests of a canary that is worse in every way, so that every metric has evidence to be disturbed. */
function drawEvents(random: () => number): ArmEvent[] {
  const [good, bad] = [scoreTable(0.86, SD), scoreTable(0.76, SD)];
  return Array.from({ length: EVENTS }, (_, index) => {
    const canary = random() < ARM_SHARE;
    const table = canary ? bad : good;
    const judged = canary || random() < ARM_SHARE / (1 - ARM_SHARE);
    return {
      id: `r${index}`,
      at: Math.floor(random() * HOURS * HOUR_MS),
      canary,
      failed: random() < (canary ? 0.04 : 0.02),
      usd: 0.002 * (1 + 3 * random()) * (canary ? 1.3 : 1),
      latencyMs: Math.round(500 + 2_700 * random() * (canary ? 1.2 : 1)),
      score: judged ? table[Math.floor(random() * table.length)] : undefined,
      votedDown: random() < 0.1 ? random() < (canary ? 0.5 : 0.3) : undefined,
    };
  });
}

/** The quality part from the kernels alone. */
function kernelLogE(events: readonly ArmEvent[]): number {
  const { mean, sd } = ARM_BASELINE.quality;
  const grid = qualityGrid({ q: 0.5, baseline: mean, sd, delta: SHIPPED_MARGIN });
  const cells = Array.from({ length: HOURS }, (_, hour) => {
    const inside = events.filter(({ at }) => Math.floor(at / (CELL_MINUTES * 60_000)) === hour);
    return bettingIncrement(
      grid,
      inside.flatMap(({ canary, score }) =>
        score === undefined ? [] : [{ arm: canary ? "canary" : "stable", value: score / 100, count: 1 }],
      ),
    );
  });
  return logEvidence(cells);
}

/**
 * Largest difference of ln E, of any metric and of all together, between orders and partitions of the same requests,
 * and between the product's quality part and the kernels that the other measurements use.
 */
export function compareOrders(seed: number): {
  readonly orders: number;
  readonly maxDiff: number;
  readonly kernelMaxDiff: number;
} {
  let [maxDiff, kernelMaxDiff] = [0, 0];
  for (let world = 0; world < WORLDS; world++) {
    const random = randomStream(seed, 0, world);
    const events = drawEvents(random);
    const first = weighInSomeOrder(events, random);
    const kernel = Math.abs((first.avg_quality_score ?? Number.NaN) - kernelLogE(events));
    kernelMaxDiff = Math.max(kernelMaxDiff, kernel);
    for (let order = 1; order < ORDERS; order++) {
      for (const [name, logE] of Object.entries(weighInSomeOrder(events, random)))
        maxDiff = Math.max(maxDiff, Math.abs(logE - (first[name] ?? Number.NaN)));
    }
  }
  return { orders: WORLDS * ORDERS, maxDiff, kernelMaxDiff };
}
