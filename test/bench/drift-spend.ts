import { DAY_MS } from "@bellwether/core/drift/detect/cell";
import type { ScalarPoint } from "@bellwether/core/drift/detect/points";
import { type Random, wander } from "./drift-random.ts";
import { FIVE_MS, START, season } from "./drift-worlds.ts";

/** An app that spends: requests per 5 minutes, sd of a request's log cost, volume noise that persists, season. */
export const SPEND = {
  perBucket: 35,
  sd: 0.94,
  volumeSd: 0.1,
  volumeRho: 0.95,
  dailySwing: 0.4,
  weekend: -0.4,
  /** a runaway loop makes calls of this many mean costs */
  loopCost: 4,
} as const;

/** Factor on the cost of a request, on the volume, and runaway spend in normal spends. */
export const SPEND_SHIFTS = {
  cost11: { cost: 1.1, volume: 1, runaway: 0 },
  cost12: { cost: 1.2, volume: 1, runaway: 0 },
  cost15: { cost: 1.5, volume: 1, runaway: 0 },
  volume2: { cost: 1, volume: 2, runaway: 0 },
  runaway1: { cost: 1, volume: 1, runaway: 1 },
  runaway10: { cost: 1, volume: 1, runaway: 10 },
} as const;
export type SpendShift = keyof typeof SPEND_SHIFTS;

/** Mean cost of a request, in medians. */
const MEAN_COST = Math.exp(SPEND.sd ** 2 / 2);

/** What the season expects of a bucket's spend. */
export function expectedSpend(at: number): number {
  const { swing, weekend } = season(at);
  const volume = SPEND.perBucket * Math.exp(SPEND.dailySwing * swing + (weekend ? SPEND.weekend : 0));
  return volume * MEAN_COST * Math.exp(SPEND.volumeSd ** 2 / 2);
}

export interface SpendStream {
  /** mean log cost of a request */
  readonly perRequest: readonly ScalarPoint[];
  /** log of the bucket's spend */
  readonly total: readonly ScalarPoint[];
  readonly spend: readonly { readonly at: number; readonly spent: number }[];
}

export function spendStream(
  days: number,
  random: Random,
  shift?: { readonly at: number; readonly kind: SpendShift },
): SpendStream {
  const perRequest: ScalarPoint[] = [];
  const total: ScalarPoint[] = [];
  const spend: { at: number; spent: number }[] = [];
  const noise = wander(random, SPEND.volumeSd, SPEND.volumeRho);
  for (let i = 0; i < (days * DAY_MS) / FIVE_MS; i++) {
    const at = START + i * FIVE_MS;
    const { swing, weekend } = season(at);
    const { cost, volume, runaway } =
      shift !== undefined && at >= shift.at ? SPEND_SHIFTS[shift.kind] : { cost: 1, volume: 1, runaway: 0 };
    const mean =
      SPEND.perBucket * Math.exp(SPEND.dailySwing * swing + (weekend ? SPEND.weekend : 0) + noise()) * volume;
    const own = random.poisson(mean);
    const loops = runaway === 0 ? 0 : random.poisson((SPEND.perBucket * runaway) / SPEND.loopCost);
    const n = own + loops;
    let [sum, squares, spent] = [0, 0, 0];
    for (let k = 0; k < n; k++) {
      const log =
        k < own ? SPEND.sd * random.normal() + Math.log(cost) : Math.log(SPEND.loopCost * MEAN_COST);
      sum += log;
      squares += log * log;
      spent += Math.exp(log);
    }
    spend.push({ at, spent });
    if (n < 2) continue;
    const variance = Math.max(0, squares - (sum * sum) / n) / (n - 1);
    perRequest.push({ at, n, mean: sum / n, variance: variance / n });
    total.push({ at, n: 1, mean: Math.log(spent), variance: 0 });
  }
  return { perRequest, total, spend };
}
