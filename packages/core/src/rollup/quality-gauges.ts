import type { Gauge } from "../metrics.ts";
import type { Fold } from "../windows/fold.ts";
import { coverageOf, measureOf } from "../windows/measures.ts";
import { emptyTally, mergeTallyInto, type Tally } from "../windows/tally.ts";
import type { Span } from "./spans.ts";

/** Arms with gauges of their own; versions and models are told apart in the lake, where a name costs nothing. */
export type Arm = "all" | "stable" | "canary";

/** Everything of a fold, or what one variant had of it. */
export function armTally(fold: Fold, variant?: string): Tally {
  const merged = emptyTally();
  for (const key of [...fold.keys()].sort()) {
    const part = fold.get(key);
    if (part === undefined || (variant !== undefined && part.segment.variant !== variant)) continue;
    mergeTallyInto(merged, part.tally);
  }
  return merged;
}

/** Gauges of the judge's quality: the effective sample always, the mean and its interval only where it may be shown. */
export function qualityGauges(app: string, arm: Arm, span: Span, tally: Tally): Gauge[] {
  const dimensions = { app, arm, span };
  const moments = tally.metrics.get("quality")?.moments;
  const nEff: Gauge = { metric: "QualityEffectiveN", dimensions, value: 0 };
  if (moments === undefined) return [nEff];
  const { mean, low, high, nEff: value } = measureOf(moments);
  if (mean === null || low === null || high === null) return [{ ...nEff, value }];
  return [
    { ...nEff, value },
    { metric: "Quality", dimensions, value: mean },
    { metric: "QualityLow", dimensions, value: low },
    { metric: "QualityHigh", dimensions, value: high },
  ];
}

/** Gauges of how much was judged; a share of nothing is not published. */
export function coverageGauges(app: string, tally: Tally): Gauge[] {
  const { judgedShare, completionRate } = coverageOf(tally);
  const dimensions = { app };
  return [
    ...(judgedShare === null ? [] : [{ metric: "JudgedShare", dimensions, value: judgedShare } as const]),
    ...(completionRate === null
      ? []
      : [{ metric: "JudgeCompletionRate", dimensions, value: completionRate } as const]),
  ];
}

/** Gauge of how many of the successful calls have a price; none is published without such calls. */
export function pricedGauges(app: string, { counts }: Tally): Gauge[] {
  const succeeded = counts.n - counts.errors;
  if (succeeded <= 0) return [];
  return [
    { metric: "PricedShare", dimensions: { app }, value: Math.max(0, 1 - counts.unpriced / succeeded) },
  ];
}
