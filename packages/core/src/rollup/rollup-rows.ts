import { emptyMoments } from "@bellwether/stats/moments";
import type { LakeRow } from "../lake/tables.ts";
import { FEEDBACK_WINDOW_MS } from "../sampling/final.ts";
import { CELL_MS } from "../windows/bucket.ts";
import type { Fold } from "../windows/fold.ts";
import { SEGMENT_COLUMNS, SEGMENT_KEYS } from "../windows/items.ts";
import { measureOf } from "../windows/measures.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** `rollups_log` rows of one hour: one per segment and metric, with the sums of which every longer window is made. */
export function rollupRows(app: string, hour: number, fold: Fold, now: number): LakeRow[] {
  return [...fold.values()].flatMap(({ segment, tally }) => {
    const { counts, judge, votes, negative } = tally;
    const common = {
      app,
      ...Object.fromEntries(SEGMENT_KEYS.map((key) => [SEGMENT_COLUMNS[key], segment[key]])),
      at: iso(hour),
      // Feedback on the hour's last request may raise its pi until then.
      final_at: iso(hour + CELL_MS + FEEDBACK_WINDOW_MS),
      requests: counts.n,
      errors: counts.errors,
      votes,
      negative,
      eligible: counts.eligible,
      drawn: counts.drawn + judge.raised,
      finished: judge.finished,
      cost_pico_usd: counts.costPicoUsd,
      judge_pico_usd: judge.picoUsd,
      rev: now,
    };
    const metrics = tally.metrics.size > 0 ? [...tally.metrics] : [["quality", undefined] as const];
    return metrics.map(([metric, outcome]) => {
      const { n, sw, sw2, swy, sw2y, sw2y2, sy } = outcome?.moments ?? emptyMoments();
      const { mean, low, high, nEff, reliability } = measureOf(outcome?.moments ?? emptyMoments());
      return {
        ...common,
        metric,
        scored: n,
        abstained: outcome?.abstained ?? 0,
        failed: outcome?.failed ?? 0,
        mean,
        low,
        high,
        n_eff: nEff,
        reliability,
        sum_w: sw,
        sum_w2: sw2,
        sum_wy: swy,
        sum_w2y: sw2y,
        sum_w2y2: sw2y2,
        sum_y: sy,
      };
    });
  });
}
