import { quantileEstimate } from "@bellwether/stats/quantile-interval";
import { type GateContext, MOST_UNSCORED } from "./context.ts";
import { inUnit, percent } from "./in-words.ts";
import { itemValue } from "./item-value.ts";
import { type CheckPlan, notMeasured, type OpenCheck } from "./open-check.ts";

const STAGE = "latency_validation";

/** Percentiles of head's latency, without an assumption on its distribution. */
export function latencyChecks({ head, config }: GateContext): CheckPlan[] {
  const { maxP50Ms, maxP95Ms, maxP99Ms } = config.latency ?? {};
  const values = head.items.flatMap((item) => {
    const value = itemValue(item, "latency");
    return value.kind === "value" ? [value.value] : [];
  });
  const untimed = 1 - values.length / Math.max(1, head.items.length);
  const plan = (metric: string, p: number, limit: number | undefined): CheckPlan[] => {
    if (limit === undefined) return [];
    const known = { stage: STAGE, metric, limit, items: values.length } as const;
    const found = quantileEstimate(values, p);
    if (found === undefined || untimed > MOST_UNSCORED)
      return [notMeasured({ ...known, detail: `${percent(untimed)} of the answers have no latency` })];
    const { estimate: value, lower, upper, pAbove } = found;
    const settle: OpenCheck["settle"] = ({ fail, pass, rejected }) => {
      const at = `${inUnit(value, "ms")}, limit ${inUnit(limit, "ms")}`;
      if (rejected)
        return {
          status: "failed",
          insufficient: false,
          detail: `${at}: surely above, at least ${inUnit(fail, "ms")}`,
        };
      if (pass <= limit) return { status: "passed", insufficient: false, detail: at };
      const bounded = Number.isFinite(pass);
      const why = bounded ? `up to ${inUnit(pass, "ms")}` : `${values.length} items cannot bound ${metric}`;
      return {
        status: "warned",
        // A percentile that so few items cannot bound would keep every run from passing.
        insufficient: bounded && value > limit,
        detail: `${at}: cannot tell, ${why}`,
      };
    };
    const check: OpenCheck = {
      ...known,
      value,
      failsBy: "low",
      p: pAbove(limit),
      failBound: lower,
      passBound: upper,
      settle,
    };
    return [{ kind: "open", check }];
  };
  return [...plan("p50", 0.5, maxP50Ms), ...plan("p95", 0.95, maxP95Ms), ...plan("p99", 0.99, maxP99Ms)];
}
