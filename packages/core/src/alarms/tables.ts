import { TABLES, type TableName } from "../topology.ts";
import { type AlarmSpec, atLeast } from "./spec.ts";

/** Throttled reads and writes of every table. */
export const tableAlarms = (): AlarmSpec[] =>
  (Object.keys(TABLES) as TableName[]).flatMap((table) =>
    (["Read", "Write"] as const).map(
      (kind): AlarmSpec => ({
        name: `bellwether-throttled-${kind.toLowerCase()}s-${table}`,
        namespace: "AWS/DynamoDB",
        metric: `${kind}ThrottleEvents`,
        dimensions: { TableName: { table } },
        ...atLeast(1, 12, 6),
        treatMissingData: "notBreaching",
        missingBecause:
          "DynamoDB publishes only what it throttled; its alarms may take missing data as `ignore` all the same (PutMetricAlarm), and then stay in ALARM until reset",
        severity: "ticket",
        concern: "ingest",
        runbook: {
          family: "Table throttles",
          means:
            "DynamoDB throttled a table for half an hour of the last. The SDK tries again and queues wait, so nothing is lost; everything is later.",
          look: { command: "aws cloudwatch describe-alarms --alarm-name-prefix bellwether-throttled-" },
          action:
            "a table on demand grows by itself within 30 minutes; if it lasts, ask for a higher table limit. Then `aws cloudwatch set-alarm-state --state-value OK` on the alarm.",
        },
      }),
    ),
  );
