import { bootstrapRatio } from "@bellwether/stats/bootstrap-ratio";
import { mcNemar } from "@bellwether/stats/mcnemar";
import { type GateContext, MOST_UNSCORED } from "./context.ts";
import { percent } from "./in-words.ts";
import { recordedName, unitOf } from "./item-value.ts";
import { type CheckPlan, notMeasured, type OpenCheck } from "./open-check.ts";
import type { Side } from "./outcome.ts";
import { type MetricPairs, metricPairs } from "./pair-items.ts";

const STAGE = "regression_tests";

/** How much worse head is than base, relative to base, item by item. */
export function regressionChecks(context: GateContext): CheckPlan[] {
  const { head, base, config, pairs } = context;
  const { regression } = config;
  if (regression === undefined) return [];
  return regression.metrics.flatMap((name) => {
    const metric = recordedName(name, base === undefined ? [head] : [head, base]);
    if (base === undefined)
      return [notMeasured({ stage: STAGE, metric, detail: "there is no baseline to compare with" })];
    const found = metricPairs(pairs, metric);
    const check = regressionCheck(metric, found, regression.maxDegradation, { ...context, base });
    const lost = scoresLost(metric, found, config.policy.flakeBudget / regression.metrics.length);
    return lost === undefined ? [check] : [check, lost];
  });
}

/** The judges of both sides differ, so that their scores cannot be compared. */
export const judgesDiffer = ({ judge }: Side, { judge: other }: Side): boolean =>
  judge.modelId !== other.modelId || judge.version !== other.version || judge.standIn !== other.standIn;

function regressionCheck(
  metric: string,
  { values, passFail, applicable }: MetricPairs,
  limit: number,
  { head, base, bootstrap, pairs }: GateContext & { readonly base: Side },
): CheckPlan {
  const items = values.length;
  const known = { stage: STAGE, metric, limit, items } as const;
  const isScore = unitOf(metric) === "score";
  if (isScore && judgesDiffer(head, base))
    return notMeasured({ ...known, detail: "head and base were judged by different judges" });
  if (items < 2)
    return notMeasured({ ...known, detail: `${items} of ${pairs.length} pairs have it on both sides` });
  if (!values.some((value) => value.base > 0))
    return notMeasured({ ...known, detail: "base is 0 throughout, so that nothing is relative to it" });
  const losses = values.map((value) => {
    const loss = isScore ? value.base - value.head : value.head - value.base;
    return [loss, value.base] as const;
  });
  const { estimate: value, lower, upper, pAbove } = bootstrapRatio(losses, bootstrap);
  const unscored = 1 - items / applicable;
  if (unscored > MOST_UNSCORED)
    return notMeasured({
      ...known,
      value,
      detail: `${percent(unscored)} of the ${applicable} pairs it applies to lack it on a side`,
    });
  const pairsTest = passFail ? passFailTest(values).pWorse : 0;
  // A pass/fail metric fails only if the exact test of its pairs agrees.
  const failBound = (alpha: number) => (pairsTest <= alpha ? lower(alpha) : Math.min(0, lower(alpha)));
  const settle: OpenCheck["settle"] = ({ fail, pass, rejected }) => {
    const at = `loss ${percent(value)} (${percent(fail)} to ${percent(pass)}), allowed ${percent(limit)}`;
    if (rejected) return { status: "failed", insufficient: false, detail: `${at}: surely beyond` };
    if (pass <= limit)
      return {
        status: "passed",
        insufficient: false,
        detail: fail > 0 ? `${at}: a real loss, within what is allowed` : at,
      };
    const tooWide = pass - value > limit;
    return {
      status: "warned",
      insufficient: tooWide,
      detail: `${at}: cannot tell${tooWide ? ", an unchanged version would not be surely within it either" : ""}`,
    };
  };
  const check: OpenCheck = {
    ...known,
    value,
    failsBy: "low",
    p: Math.max(pAbove(limit), pairsTest),
    failBound,
    passBound: upper,
    settle,
  };
  return { kind: "open", check };
}

/** McNemar over items whose majority of draws passed on one side and not on the other. */
export function passFailTest(values: MetricPairs["values"]): ReturnType<typeof mcNemar> {
  const passes = (value: number) => value > 0.5;
  const lost = values.filter(({ base, head }) => passes(base) && !passes(head)).length;
  const gained = values.filter(({ base, head }) => !passes(base) && passes(head)).length;
  return mcNemar(lost, gained);
}

/** Answers that can no longer be scored are a regression of their own. */
function scoresLost(metric: string, found: MetricPairs, alpha: number): CheckPlan | undefined {
  const { lostScore, gainedScore, applicable } = found;
  const { pWorse } = mcNemar(lostScore, gainedScore);
  if (pWorse > alpha) return undefined;
  const check = {
    stage: STAGE,
    metric: `${metric} (unscored)`,
    status: "warned",
    value: (lostScore - gainedScore) / applicable,
    low: null,
    high: null,
    limit: null,
    items: applicable,
    insufficient: false,
    detail: `${lostScore} items have it on base only, ${gainedScore} on head only: head leaves more without it`,
  } as const;
  return { kind: "closed", check };
}
