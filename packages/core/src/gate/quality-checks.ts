import { type GateContext, MOST_UNSCORED } from "./context.ts";
import { inUnit, percent } from "./in-words.ts";
import { itemValue, recordedName } from "./item-value.ts";
import { levelBounds } from "./level-bounds.ts";
import { type CheckPlan, notMeasured, type OpenCheck } from "./open-check.ts";
import { inOrder } from "./pair-items.ts";

const STAGE = "synthetic_test_suite";

/** The thresholds of scores, by head alone. */
export function qualityChecks(context: GateContext): CheckPlan[] {
  const metrics = Object.entries(context.config.quality?.metrics ?? {});
  return metrics.map(([name, { threshold }]) => qualityCheck(name, threshold, context));
}

function qualityCheck(name: string, limit: number, { head, base, pairs, bootstrap }: GateContext): CheckPlan {
  const metric = recordedName(name, base === undefined ? [head] : [head, base]);
  const before = new Map(pairs.map((pair) => [pair.head.itemId, pair.base]));
  const values: number[] = [];
  let applicable = 0;
  for (const item of inOrder(head.items)) {
    const value = itemValue(item, metric);
    const other = before.get(item.itemId);
    if (value.kind === "value") values.push(value.value);
    // What base could be scored on applies to head, whatever head's answer made of it.
    const scoredBefore = other !== undefined && itemValue(other, metric).kind === "value";
    if (value.kind === "value" || value.applies || scoredBefore) applicable += 1;
  }
  const known = { stage: STAGE, metric, limit, items: values.length } as const;
  if (values.length < 2)
    return notMeasured({ ...known, detail: `${values.length} of ${head.items.length} items have a score` });
  const { mean: value, lower, upper, pBelow } = levelBounds(values, bootstrap);
  const unscored = 1 - values.length / applicable;
  if (unscored > MOST_UNSCORED)
    return notMeasured({
      ...known,
      value,
      detail: `${percent(unscored)} of the ${applicable} items it applies to have no score`,
    });
  const settle: OpenCheck["settle"] = ({ fail, rejected }) => {
    const at = `mean ${inUnit(value, "score")}, threshold ${inUnit(limit, "score")}`;
    if (rejected)
      return {
        status: "failed",
        insufficient: false,
        detail: `${at}: surely below, at most ${inUnit(fail, "score")}`,
      };
    if (value >= limit) return { status: "passed", insufficient: false, detail: at };
    return {
      status: "warned",
      insufficient: true,
      detail: `${at}: below, but within the noise (up to ${inUnit(fail, "score")})`,
    };
  };
  const check: OpenCheck = {
    ...known,
    value,
    failsBy: "high",
    p: pBelow(limit),
    failBound: upper,
    passBound: lower,
    settle,
  };
  return { kind: "open", check };
}
