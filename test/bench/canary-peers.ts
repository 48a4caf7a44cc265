import { MEAN } from "./canary-scenarios.ts";
import { CANARY, TOP_BIN } from "./canary-scores.ts";
import type { Minute } from "./canary-stream.ts";

export const CLOUDWATCH = {
  periodMinutes: 5,
  below: Number((MEAN - 0.05).toFixed(2)),
  datapoints: 3,
} as const;
export const MANN_WHITNEY = { z: 1.959964, perArm: 20 } as const;

/** Three periods of five minutes in a row whose mean of the canary is below the threshold; no data is not breaching. */
export function watchCloudWatch(): (minute: Minute) => boolean {
  let [minutes, sum, n, breaching] = [0, 0, 0, 0];
  return ({ count, judged }) => {
    for (let i = 0; i < count; i++) {
      const value = judged[i] ?? 0;
      if (value < CANARY) continue;
      sum += (value - CANARY) / TOP_BIN;
      n += 1;
    }
    minutes += 1;
    if (minutes % CLOUDWATCH.periodMinutes !== 0) return false;
    breaching = n > 0 && sum / n < CLOUDWATCH.below ? breaching + 1 : 0;
    [sum, n] = [0, 0];
    return breaching >= CLOUDWATCH.datapoints;
  };
}

/** Mann–Whitney's test at every look on everything so far, normal approximation with ties, two-sided p < .05 and the canary worse. */
export function watchMannWhitney(): (minute: Minute) => boolean {
  const seen = new Uint32Array(2 * CANARY);
  let [stable, canary] = [0, 0];
  return ({ count, judged }) => {
    for (let i = 0; i < count; i++) {
      const value = judged[i] ?? 0;
      seen[value] = (seen[value] ?? 0) + 1;
      if (value < CANARY) stable += 1;
      else canary += 1;
    }
    if (stable < MANN_WHITNEY.perArm || canary < MANN_WHITNEY.perArm) return false;
    let [below, u, ties] = [0, 0, 0];
    for (let b = 0; b <= TOP_BIN; b++) {
      const s = seen[b] ?? 0;
      const c = seen[CANARY + b] ?? 0;
      u += c * (below + s / 2);
      below += s;
      ties += (s + c) ** 3 - (s + c);
    }
    const n = stable + canary;
    const variance = ((stable * canary) / 12) * (n + 1 - ties / (n * (n - 1)));
    return variance > 0 && (u - (stable * canary) / 2) / Math.sqrt(variance) < -MANN_WHITNEY.z;
  };
}
