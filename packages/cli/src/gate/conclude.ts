import { decideGate, exitCodeOf } from "@bellwether/core/gate/decide";
import { measureSide, type SideMeasures } from "@bellwether/core/gate/measure-side";
import type { PipelineConfig } from "@bellwether/core/gate/pipeline-config";
import type { GateReport } from "@bellwether/core/gate/report";
import type { RunPlan } from "./plan.ts";
import type { GateRun } from "./run-gate.ts";
import type { Stopped } from "./run-sides.ts";
import type { Spent } from "./work.ts";

/** The `--json` document of a gate. */
export interface GateDocument {
  /** That of the report, but a run that did not finish is never enough evidence. */
  readonly verdict: GateReport["verdict"];
  readonly exitCode: 0 | 1 | 3;
  /** When it was decided, ISO 8601. */
  readonly at: string;
  /** Why the run ended early; null when everything was done. */
  readonly stopped: Stopped | null;
  /** The suite as it was named. */
  readonly suiteFile: string;
  readonly suite: RunPlan["suite"];
  readonly judge: RunPlan["judge"];
  /** What this run paid; a stand-in judge's price is that of the judge it stands for. */
  readonly spent: Spent;
  readonly files: GateRun["files"];
  /** What a verdict without enough evidence does. */
  readonly onInsufficient: PipelineConfig["policy"]["onInsufficient"];
  /** What the new version has by itself. */
  readonly measured: SideMeasures;
  readonly report: GateReport;
}

interface Concluding {
  readonly seed: number;
  readonly suiteFile: string;
  readonly at: Date;
}

/** Decides what a run has shown; a part of the items is no fair sample of them, so it decides nothing. */
export function conclude(
  run: GateRun,
  config: PipelineConfig,
  { seed, suiteFile, at }: Concluding,
): GateDocument {
  const report = decideGate(run.head, run.base, config, { seed });
  const verdict = run.stopped === undefined ? report.verdict : "not_enough_evidence";
  return {
    verdict,
    exitCode: exitCodeOf(verdict, config.policy),
    at: at.toISOString(),
    stopped: run.stopped ?? null,
    suiteFile,
    suite: run.plan.suite,
    judge: run.plan.judge,
    spent: run.spent,
    files: run.files,
    onInsufficient: config.policy.onInsufficient,
    measured: measureSide(run.head, { seed }),
    report,
  };
}
