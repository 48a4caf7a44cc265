import type { Gauge } from "../metrics.ts";
import { quantile } from "../windows/histogram.ts";
import type { Tally } from "../windows/tally.ts";
import type { Timings } from "./timings.ts";

/** Gauges of the last hour's calls; a share of nothing and a percentile of nothing are not published. */
export function operationsGauges(app: string, tally: Tally, timings: Timings): Gauge[] {
  const { counts, latency, votes, negative } = tally;
  const values = {
    ErrorRate: counts.n > 0 ? counts.errors / counts.n : undefined,
    LatencyP95: quantile(latency, 0.95),
    TtftP95: quantile(timings.ttft, 0.95),
    // Of all calls: a Converse call that passed a guardrail without a trace does not show that one ran.
    GuardrailInterventionRate: counts.assessed > 0 ? counts.guardrail / counts.n : undefined,
    NegativeFeedbackRate: votes > 0 ? negative / votes : undefined,
  } as const;
  return (Object.keys(values) as (keyof typeof values)[]).flatMap((metric) => {
    const value = values[metric];
    return value === undefined ? [] : [{ metric, dimensions: { app }, value }];
  });
}
