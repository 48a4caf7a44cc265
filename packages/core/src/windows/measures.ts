import { hajekEstimate, reliability } from "@bellwether/stats/hajek";
import type { Moments } from "@bellwether/stats/moments";
import type { Tally } from "./tally.ts";

/** A weighted mean with its 95 % interval, or why there is none: nothing is shown below 10 effective observations. */
export interface Measure {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Kish's effective sample size. */
  readonly nEff: number;
  readonly reliability: "suppressed" | "flagged" | "published";
  /** Plain mean of what was judged; for comparison only. */
  readonly naiveMean: number | null;
}

/** How much of a group was judged. */
export interface Coverage {
  /** Judged with a result (a score or an abstention) over requests that have a text; null without any. */
  readonly judgedShare: number | null;
  /** The same over drawn, those that feedback added included; null when none was drawn. */
  readonly completionRate: number | null;
}

/** The Hájek mean of sums as it may be shown. */
export function measureOf(moments: Moments): Measure {
  const estimate = hajekEstimate(moments);
  const nEff = estimate?.nEff ?? 0;
  const trust = reliability(nEff);
  const shown = trust === "suppressed" ? undefined : estimate;
  return {
    mean: shown?.mean ?? null,
    low: shown?.low ?? null,
    high: shown?.high ?? null,
    nEff,
    reliability: trust,
    naiveMean: moments.n > 0 ? moments.sy / moments.n : null,
  };
}

export function coverageOf({ counts, judge, metrics }: Tally): Coverage {
  const drawn = counts.drawn + judge.raised;
  const done = judge.finished - (metrics.get("quality")?.failed ?? 0);
  return {
    judgedShare: counts.eligible > 0 ? done / counts.eligible : null,
    // The count of a part that is written anew may trail the judge by a moment.
    completionRate: drawn > 0 ? Math.min(1, done / drawn) : null,
  };
}
