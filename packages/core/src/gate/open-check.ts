import { holm } from "@bellwether/stats/holm";
import type { GateCheck } from "./report.ts";

/** What a check made of its bounds. */
interface Settled {
  readonly status: "passed" | "failed" | "warned";
  readonly insufficient: boolean;
  readonly detail: string;
}

/** The value's bounds: `fail` errs at the level of the family, `pass` at the flake budget; infinite where nothing bounds it. */
interface Bounds {
  readonly fail: number;
  readonly pass: number;
  readonly rejected: boolean;
}

/** A check that the noise of items and judge could fail: it is decided together with all others. */
export interface OpenCheck {
  readonly stage: GateCheck["stage"];
  readonly metric: string;
  readonly value: number;
  readonly limit: number;
  readonly items: number;
  /** Which end of the interval decides that it failed: the upper of a score, the lower of a cost. */
  readonly failsBy: "low" | "high";
  /** The p-value of "the requirement is kept". */
  readonly p: number;
  readonly failBound: (alpha: number) => number;
  readonly passBound: (alpha: number) => number;
  readonly settle: (bounds: Bounds) => Settled;
}

/** A check, or why there is none. */
export type CheckPlan =
  | { readonly kind: "open"; readonly check: OpenCheck }
  | { readonly kind: "closed"; readonly check: GateCheck };

/** A check of which nothing is known. */
export function notMeasured(
  known: Pick<GateCheck, "stage" | "metric" | "detail"> &
    Partial<Pick<GateCheck, "value" | "limit" | "items">>,
): CheckPlan {
  const { value = null, limit = null, items = 0, ...rest } = known;
  const check = { ...rest, status: "not_measured", value, low: null, high: null, limit, items } as const;
  return { kind: "closed", check: { ...check, insufficient: true } };
}

const bounded = (end: number): number | null => (Number.isFinite(end) ? end : null);

/** Decides all checks of a run: failing by Holm over the open ones, passing by each for itself, as a gate passes only if all do. */
export function settleChecks(
  plans: readonly CheckPlan[],
  policy: { readonly flakeBudget: number; readonly minItems: number },
): { readonly checks: readonly GateCheck[]; readonly family: number } {
  const { flakeBudget, minItems } = policy;
  const open = plans.flatMap((plan) => (plan.kind === "open" ? [plan.check] : []));
  const steps = holm(
    open.map(({ p }) => p),
    flakeBudget,
  );
  const verdicts = new Map(
    open.map((check, index) => [check, steps[index] ?? { rejected: false, level: flakeBudget }] as const),
  );
  const checks = plans.map((plan): GateCheck => {
    if (plan.kind === "closed") return plan.check;
    const { stage, metric, value, limit, items, failsBy, failBound, passBound, settle } = plan.check;
    const { rejected, level } = verdicts.get(plan.check) ?? { rejected: false, level: flakeBudget };
    const fail = failBound(level);
    const pass = passBound(flakeBudget);
    const settled = settle({ fail, pass, rejected });
    const [low, high] = failsBy === "low" ? [fail, pass] : [pass, fail];
    const few = items < minItems && settled.status !== "failed";
    return {
      stage,
      metric,
      value,
      low: bounded(low),
      high: bounded(high),
      limit,
      items,
      ...settled,
      ...(few && {
        status: "warned" as const,
        insufficient: true,
        detail: `${settled.detail}; ${items} items are fewer than the ${minItems} of min_items`,
      }),
    };
  });
  return { checks, family: open.length };
}
