import type { Estimate } from "@bellwether/stats/mean-interval";
import { type JudgedItem, pastLambda, predictionPoweredMean } from "@bellwether/stats/ppi";
import { WEEK_MS, weekOf } from "./week.ts";

/** A judged request of the sample with what people said of it. */
export interface ReviewedItem {
  /** Event time, ms. */
  readonly at: number;
  /** Inclusion probability of the judge's sample, (0, 1]. */
  readonly pi: number;
  /** The judge's score, [0, 1]. */
  readonly judge: number;
  /** Probability of the task, when the request was drawn for people; undefined otherwise. */
  readonly rho?: number | undefined;
  /** What people agreed on, [0, 1]; undefined until a drawn request has a label. */
  readonly human?: number | undefined;
}

/** What holds in a week: the slope on the judge's scores, and how much of what was drawn has a label. */
export interface Calibration {
  /** Start of the week, ms. */
  readonly week: number;
  /** lambda of PPI++ from the labels of the four weeks before: 0 = people alone. */
  readonly slope: number;
  /** Labels that the slope comes from. */
  readonly labels: number;
  /** Labelled share of the requests drawn in this week. */
  readonly completion: number;
}

/** Weeks whose labels the slope is learned from (stats B1); only earlier ones, so that the slope costs no coverage. */
const PAST_WEEKS = 4;

const isLabelled = ({ rho, human }: ReviewedItem): boolean => rho !== undefined && human !== undefined;

/** Slope and completion of every week that has judged requests, ascending. */
export function calibrate(items: readonly ReviewedItem[]): Calibration[] {
  const weeks = Map.groupBy(items, ({ at }) => weekOf(at));
  const completions = new Map(
    [...weeks].map(([week, group]) => {
      const drawn = group.filter(({ rho }) => rho !== undefined).length;
      return [week, drawn === 0 ? 0 : group.filter(isLabelled).length / drawn];
    }),
  );
  return [...weeks.keys()]
    .sort((a, b) => a - b)
    .map((week) => {
      const past = Array.from({ length: PAST_WEEKS }, (_, i) => week - (i + 1) * WEEK_MS);
      const earlier = past.flatMap((start) =>
        judgedItems(weeks.get(start) ?? [], completions.get(start) ?? 0),
      );
      return {
        week,
        slope: pastLambda(earlier),
        labels: earlier.filter(({ human }) => human !== undefined).length,
        completion: completions.get(week) ?? 0,
      };
    });
}

/** Items of one week as packages/stats takes them. People stop anywhere in a random order: rho counts as far as they came. */
function judgedItems(items: readonly ReviewedItem[], completion: number): JudgedItem[] {
  if (completion === 0) return [];
  return items.map(({ pi, judge, rho, human }) => {
    const item = { weight: 1 / pi, judge };
    return rho === undefined || human === undefined
      ? item
      : { ...item, human: { score: human, rho: rho * completion } };
  });
}

/** A mean corrected by people's labels, or why there is none. */
export type Corrected =
  | {
      readonly kind: "corrected";
      readonly mean: number;
      readonly low: number;
      readonly high: number;
      readonly labels: number;
      readonly nEff: number;
    }
  | { readonly kind: "unknown"; readonly reason: "no_labels" | "too_few_labels" };

/** Effective labels below which no corrected mean is shown, as for the judge's own mean. */
const FEWEST = 10;

/**
 * The mean that people would give, from all judged requests and the labelled ones: PPI++ with each week's own slope.
 *
 * The judge enters as λ_k·(f − f̄_k) with f̄_k his weighted mean in week k: fixed before a label of the week is drawn, so
 * that `predictionPoweredMean` holds as it stands. Weeks without any label are left out.
 */
export function correctedMean(
  items: readonly ReviewedItem[],
  calibrations: readonly Calibration[],
): Corrected {
  const byWeek = new Map(calibrations.map((calibration) => [calibration.week, calibration]));
  const centred = [...Map.groupBy(items, ({ at }) => weekOf(at))].flatMap(([week, group]) => {
    const { slope = 0, completion = 0 } = byWeek.get(week) ?? {};
    const judged = judgedItems(group, completion);
    const weights = judged.reduce((sum, { weight }) => sum + weight, 0);
    const mean = judged.reduce((sum, { weight, judge }) => sum + weight * judge, 0) / weights;
    return judged.map((item) => ({ ...item, judge: slope * (item.judge - mean) }));
  });
  const estimate: Estimate | undefined = predictionPoweredMean(centred, { lambda: 1 });
  if (estimate === undefined) return { kind: "unknown", reason: "no_labels" };
  const { mean, low, high, n: labels, nEff } = estimate;
  return nEff < FEWEST
    ? { kind: "unknown", reason: "too_few_labels" }
    : { kind: "corrected", mean, low, high, labels, nEff };
}
