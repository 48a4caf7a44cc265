import { planGate } from "@bellwether/core/gate/detectable";
import type { Side } from "@bellwether/core/gate/outcome";
import type { PipelineConfig } from "@bellwether/core/gate/pipeline-config";
import type { Detectable } from "@bellwether/core/gate/report";
import type { Suite, SuiteItem } from "@bellwether/core/gate/suite";
import type { AnswerSource } from "./answer-source.ts";
import type { GateJudge } from "./judge-draw.ts";
import type { Base } from "./sources.ts";
import type { Spent } from "./work.ts";
import type { WorkLog } from "./work-log.ts";

/** What a run is about to do, at most: what an earlier run paid for comes off. */
export interface RunPlan {
  readonly suite: { readonly items: number; readonly of: number; readonly hash: string };
  readonly judge: Side["judge"];
  readonly head: string;
  readonly base: string | null;
  /** Looks at answers, and the model calls they take. */
  readonly looks: number;
  readonly judgeCalls: number;
  /** USD of the looks and of the answers; null when a price is unknown. */
  readonly judgeUsd: number | null;
  readonly answersUsd: number | null;
  readonly found: WorkLog["found"];
  readonly damaged: number;
  /** What this many items can show against a base; nothing without one. */
  readonly detectable: readonly Detectable[];
}

/** Plans a run. */
export function planOf(run: {
  readonly suite: Suite;
  readonly items: readonly SuiteItem[];
  readonly judge: GateJudge;
  readonly sources: readonly AnswerSource[];
  readonly base: Base | undefined;
  readonly pipeline: PipelineConfig;
  readonly log: WorkLog;
}): RunPlan {
  const { suite, items, judge, sources, base, pipeline, log } = run;
  const { repeats } = pipeline.policy;
  const looks = items.length * sources.length * repeats;
  const perSide = sum(items.map(judge.estimateUsd));
  return {
    suite: { items: items.length, of: suite.items.length, hash: suite.hash },
    judge: judge.identity,
    head: sources[0]?.label ?? "",
    base: base === undefined ? null : base.kind === "stored" ? base.side.label : base.source.label,
    looks,
    judgeCalls: looks * judge.calls,
    judgeUsd: perSide === null ? null : perSide * sources.length * repeats,
    answersUsd: sum(sources.flatMap((source) => items.map(source.estimateUsd))),
    found: log.found,
    damaged: log.damaged,
    detectable:
      base === undefined
        ? []
        : planGate(pipeline, items.length, base.kind === "stored" ? base.side : undefined),
  };
}

/** USD that is still to be paid after `done` items: what they cost on average, for the rest; null when a price is unknown. */
export function estimateOfRest(done: number, spent: Spent, plan: RunPlan): number | null {
  const paid = spent.answers + spent.draws;
  if (done === 0 || paid === 0 || spent.unpriced > 0) return null;
  const rest = plan.suite.items - done;
  const perSpent = (spent.answersUsd + spent.judgeUsd) / paid;
  const perItem = (paid + spent.reusedAnswers + spent.reusedDraws) / done;
  return rest * perItem * perSpent;
}

const sum = (parts: readonly (number | null)[]): number | null =>
  parts.reduce<number | null>((total, part) => (total === null || part === null ? null : total + part), 0);
