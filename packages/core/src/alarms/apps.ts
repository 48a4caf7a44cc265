import { DRIFT_KINDS } from "../drift/series.ts";
import { NAMESPACE } from "../metrics.ts";
import { CANARY_ALARM_PREFIX } from "../topology.ts";
import { type AlarmSpec, periods } from "./spec.ts";

const atOrAbove = (threshold: number) =>
  ({ statistic: "Maximum", comparison: "GreaterThanOrEqualToThreshold", threshold }) as const;

const lastStands = {
  treatMissingData: "ignore",
  missingBecause: "a silent detector has an alarm of its own; silence is no verdict either way",
} as const;

const driftAlarm = (app: string, kind: string): AlarmSpec => ({
  name: `bellwether-drift-${kind}-${app}`,
  namespace: NAMESPACE,
  metric: "DriftScore",
  dimensions: { app, kind },
  ...periods(15, 1),
  ...atOrAbove(1),
  ...lastStands,
  severity: "note",
  concern: { app },
  runbook: {
    family: "Drift incident",
    means:
      "An incident of drift or of cost is open. Its notice has told people already, with examples; this is its state.",
    look: { saved: "drift-now" },
    action: "follow the notice; it closes by itself when the series is back or has stayed for a day.",
  },
});

/** What every app is watched for, whatever its owners configure. */
export const appAlarms = (app: string): AlarmSpec[] => [
  {
    name: `${CANARY_ALARM_PREFIX}${app}`,
    namespace: NAMESPACE,
    metric: "CanaryVerdict",
    dimensions: { app },
    ...periods(1, 1),
    ...atOrAbove(1),
    ...lastStands,
    // It rings rollback through EventBridge, and rollback pages with the numbers.
    severity: "note",
    concern: { app },
    runbook: {
      family: "Canary must go back",
      means:
        "The evidence against the running canary has passed its limit. The function `rollback` acts on it and pages with the numbers.",
      look: { command: "bellwether rollout show" },
      action:
        "nothing, if the page says that it was rolled back; held: read the reason and decide, `bellwether rollout abort` takes it out.",
    },
  },
  {
    name: `bellwether-priced-share-${app}`,
    namespace: NAMESPACE,
    metric: "PricedShare",
    dimensions: { app },
    // A gauge every 5 minutes, low for an hour: a lone call of an unknown model is no ticket.
    ...periods(5, 12),
    statistic: "Average",
    comparison: "LessThanThreshold",
    threshold: 0.99,
    treatMissingData: "ignore",
    missingBecause: "without calls there is no share: what was known last stands",
    severity: "ticket",
    concern: { app },
    runbook: {
      family: "Unpriced calls",
      means:
        "More than 1 % of the app's calls have no known price for an hour: spend and budgets are too low by an unknown amount, never $0.",
      look: { saved: "unpriced-models" },
      action:
        "add the model under `prices` (or its profile under `profiles`), deploy, then `bellwether reprice`.",
    },
  },
  ...[...DRIFT_KINDS, "cost"].map((kind) => driftAlarm(app, kind)),
  {
    name: `bellwether-budget-${app}`,
    namespace: NAMESPACE,
    metric: "BudgetUsed",
    dimensions: { app },
    ...periods(5, 1),
    ...atOrAbove(100),
    ...lastStands,
    severity: "note",
    concern: { app },
    runbook: {
      family: "Budget spent",
      means:
        "The app has spent its budget of the calendar month. The notice of its budget has paged; this is its state.",
      look: { saved: "cost-explorer" },
      action:
        "see who spends (`bellwether budget`); raise monthlyUsd in infra/policies/budgets.yaml or lower the traffic.",
    },
  },
];
