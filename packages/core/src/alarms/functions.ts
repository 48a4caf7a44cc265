import { FUNCTIONS, type FunctionName, RULES, type RuleTarget, SCHEDULES } from "../topology.ts";
import { type AlarmSpec, atLeast, type Concern, periods } from "./spec.ts";

const CONCERNS = {
  ingest: "ingest",
  feedback: "ingest",
  "log-subscription": "ingest",
  compact: "ingest",
  evaluate: "judge",
  pace: "judge",
  sentinel: "judge",
  "detect-canary": "detectors",
  measure: "detectors",
  "detect-drift": "detectors",
  "detect-cost": "detectors",
  rollback: "detectors",
  notify: "people",
} as const satisfies Record<FunctionName, Concern>;

const rungByRule: ReadonlySet<FunctionName> = new Set(
  Object.values(RULES).flatMap(({ target }: { target: RuleTarget }) =>
    "function" in target ? [target.function] : [],
  ),
);

const MINUTES_PER_PERIOD = 5;

const DAY_MINUTES = 1_440;

/** Half of an hour, or half of twelve ticks of a function that runs less often; two ticks of one that runs once a day. */
const half = (name: FunctionName) => {
  const schedule = Object.values(SCHEDULES).find((one) => one.function === name);
  const minutes = Math.max(MINUTES_PER_PERIOD, schedule?.rateMinutes ?? 0);
  return {
    ...atLeast(1),
    ...(minutes < DAY_MINUTES ? periods(minutes, 12, 6) : periods(minutes, 2)),
  };
};

const base = {
  namespace: "AWS/Lambda",
  treatMissingData: "notBreaching",
  missingBecause: "Lambda publishes nothing for a function that does not run",
} as const;

const logs = { command: "aws logs tail /aws/lambda/FUNCTION --since 1h --filter-pattern ERROR" } as const;

const LOST = {
  family: "Rollback failing",
  means:
    "The function that moves the pointer failed. Its event is tried twice more and then put aside (dead letters of rollback); the next tick rings again while the verdict stands.",
  look: logs,
  action: "take the canary out by hand: `bellwether rollout abort`; then mend what the log says.",
} as const;

const REPEATED = {
  family: "Function errors",
  means:
    "A function failed in half of the last twelve periods. Queues and the next tick make up for single failures, so nothing is lost yet.",
  look: logs,
  action:
    "mend what the log says; its queue's age and dead letters, or the silence of its ticks, tell when it becomes urgent.",
} as const;

/** Errors and throttles of every function; `unused` ones do nothing in this stage. */
export const functionAlarms = (unused: ReadonlySet<FunctionName>): AlarmSpec[] =>
  (Object.keys(FUNCTIONS) as FunctionName[])
    .filter((name) => !unused.has(name))
    .flatMap((name): AlarmSpec[] => {
      const watched = { ...base, dimensions: { FunctionName: { function: name } }, concern: CONCERNS[name] };
      // No queue keeps what a function fails on that a rule rings.
      const errors = rungByRule.has(name)
        ? ({ ...atLeast(1), severity: "page", runbook: LOST } as const)
        : ({ ...half(name), severity: "ticket", runbook: REPEATED } as const);
      return [
        { ...watched, name: `bellwether-errors-${name}`, metric: "Errors", ...errors },
        {
          ...watched,
          name: `bellwether-throttles-${name}`,
          metric: "Throttles",
          ...half(name),
          severity: "ticket",
          runbook: {
            family: "Function throttles",
            means:
              "Lambda refused to start a function in half of the last twelve periods: the account's concurrency is used up, or a tick still runs when the next is due.",
            look: { command: "aws lambda get-account-settings" },
            action:
              "ask for more concurrent executions; for a scheduled function look at its duration first.",
          },
        },
      ];
    });
