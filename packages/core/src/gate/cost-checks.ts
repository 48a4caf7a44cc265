import { type BootstrapEstimate, bootstrapMean } from "@bellwether/stats/bootstrap-ratio";
import { type GateContext, MOST_UNSCORED } from "./context.ts";
import { inUnit, percent } from "./in-words.ts";
import { itemValue } from "./item-value.ts";
import { type CheckPlan, notMeasured, type OpenCheck } from "./open-check.ts";
import { inOrder } from "./pair-items.ts";

const STAGE = "cost_validation";

/** What head costs per query and a month. */
export function costChecks({ head, config, bootstrap }: GateContext): CheckPlan[] {
  const { cost } = config;
  if (cost === undefined) return [];
  const { maxCostPerQuery, maxMonthlyBudget, monthlyRequests, alertThreshold } = cost;
  const values = inOrder(head.items).flatMap((item) => {
    const value = itemValue(item, "cost");
    return value.kind === "value" ? [value.value] : [];
  });
  const unpriced = 1 - values.length / Math.max(1, head.items.length);
  let mean: BootstrapEstimate | undefined;
  const plan = (metric: string, limit: number | undefined, queries: number | undefined): CheckPlan[] => {
    if (limit === undefined) return [];
    const known = { stage: STAGE, metric, limit, items: values.length } as const;
    if (queries === undefined)
      return [
        notMeasured({
          ...known,
          detail: "monthly_requests of cost_validation says how many queries a month has",
        }),
      ];
    if (values.length < 2 || unpriced > MOST_UNSCORED)
      return [notMeasured({ ...known, detail: `${percent(unpriced)} of the answers have no cost` })];
    mean ??= bootstrapMean(values, bootstrap);
    const { estimate, lower, upper, pAbove } = mean;
    const value = estimate * queries;
    const check: OpenCheck = {
      ...known,
      value,
      failsBy: "low",
      p: pAbove(limit / queries),
      failBound: (alpha) => lower(alpha) * queries,
      passBound: (alpha) => upper(alpha) * queries,
      settle: ({ fail, pass, rejected }) =>
        settleCost({ value, limit, alertThreshold, fail, pass, rejected }),
    };
    return [{ kind: "open", check }];
  };
  return [
    ...plan("cost_per_query", maxCostPerQuery, 1),
    ...plan("monthly_cost", maxMonthlyBudget, monthlyRequests),
  ];
}

type Settled = ReturnType<OpenCheck["settle"]>;

function settleCost(known: {
  readonly value: number;
  readonly limit: number;
  readonly alertThreshold: number;
  readonly fail: number;
  readonly pass: number;
  readonly rejected: boolean;
}): Settled {
  const { value, limit, alertThreshold, fail, pass, rejected } = known;
  const at = `${inUnit(value, "USD")} (${inUnit(fail, "USD")} to ${inUnit(pass, "USD")}), limit ${inUnit(limit, "USD")}`;
  if (rejected) return { status: "failed", insufficient: false, detail: `${at}: surely above` };
  if (value > limit)
    return { status: "warned", insufficient: true, detail: `${at}: above, but within the noise` };
  if (value >= alertThreshold * limit)
    return {
      status: "warned",
      insufficient: false,
      detail: `${at}: beyond ${percent(alertThreshold)} of it`,
    };
  if (pass > limit)
    return { status: "warned", insufficient: false, detail: `${at}: below, but within the noise` };
  return { status: "passed", insufficient: false, detail: at };
}
