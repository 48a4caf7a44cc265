import { NAMESPACE } from "../metrics.ts";
import { SCHEDULES } from "../topology.ts";
import { type AlarmSpec, type Concern, periods, type Severity } from "./spec.ts";

type ScheduleName = keyof typeof SCHEDULES;

/** Ticks a scheduled function may miss before people hear of it, and what is blind meanwhile. */
const DETECTORS = {
  pace: {
    detector: "pace",
    misses: 15,
    severity: "ticket",
    concern: "judge",
    blind:
      "Sampling rates stay as they were planned last, whatever the traffic does: the judge's budget is not obeyed.",
  },
  "detect-canary": {
    detector: "canary",
    misses: 10,
    severity: "page",
    concern: "detectors",
    blind: "A canary that goes bad now is not taken out.",
  },
  measure: {
    detector: "measure",
    misses: 4,
    severity: "page",
    concern: "detectors",
    blind: "Every product number of the dashboard and of alarms stands still.",
  },
  "detect-cost": {
    detector: "cost",
    misses: 6,
    severity: "page",
    concern: "detectors",
    blind: "Budgets are not watched: nobody hears of runaway spend.",
  },
  "detect-drift": {
    detector: "drift",
    misses: 8,
    severity: "ticket",
    concern: "detectors",
    blind: "Drift is not looked for; what is missed is caught up on.",
  },
  sentinel: {
    detector: "sentinel",
    misses: 6,
    severity: "ticket",
    concern: "judge",
    blind: "A judge that scores otherwise than before is not noticed.",
  },
  compact: {
    detector: "compact",
    misses: 2,
    severity: "ticket",
    concern: "ingest",
    blind: "Small files pile up: queries get slower and dearer, answers stay the same.",
  },
} as const satisfies Record<
  ScheduleName,
  { detector: string; misses: number; severity: Severity; concern: Concern; blind: string }
>;

const span = (minutes: number): string =>
  minutes < 2_880 ? `${minutes} minutes` : `${minutes / 1_440} days`;

/** Silence of every scheduled function that has something to do in this stage: a tick counts only when it did all its work. */
export const silenceAlarms = (unused: ReadonlySet<string>): AlarmSpec[] =>
  (Object.keys(SCHEDULES) as ScheduleName[])
    .filter((name) => !unused.has(SCHEDULES[name].function))
    .map((name) => {
      const { detector, misses, severity, concern, blind } = DETECTORS[name];
      return {
        name: `bellwether-${name}-silent`,
        namespace: NAMESPACE,
        metric: "DetectorTicks",
        dimensions: { detector },
        ...periods(SCHEDULES[name].rateMinutes, misses),
        statistic: "Sum",
        comparison: "LessThanThreshold",
        threshold: 1,
        treatMissingData: "breaching",
        missingBecause: "a detector that is silent is not one that found nothing",
        severity,
        concern,
        runbook: {
          family: `Silent: ${name}`,
          means: `${name} has not completed a tick in ${span(misses * SCHEDULES[name].rateMinutes)}. ${blind}`,
          look: { command: "aws logs tail /aws/lambda/FUNCTION --since 1h --filter-pattern ERROR" },
          action:
            "mend what it fails on; no error means that EventBridge Scheduler does not start it (`aws scheduler list-schedules`).",
        },
      };
    });
