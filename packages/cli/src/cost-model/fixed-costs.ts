import { alarmsOf } from "@bellwether/core/alarms";
import { compositesOf } from "@bellwether/core/alarms/composites";
import { parseConfig } from "@bellwether/core/config/config";
import { MAX_METRICS_PER_APP, METRICS } from "@bellwether/core/metrics";
import { QUEUES, SCHEDULES } from "@bellwether/core/topology";
import {
  ALARM_MONTH,
  COMPOSITE_ALARM_MONTH,
  DASHBOARD_MONTH,
  KMS_KEY_MONTH,
  METRIC_MONTH,
  SQS_REQUEST,
} from "./list-prices.ts";
import type { Measured } from "./measure-traffic.ts";
import { priceUsage, total } from "./price-usage.ts";

const MINUTES_OF_A_MONTH = 30 * 24 * 60;
/** Pollers that an idle event source mapping keeps, and their long polls a minute (Lambda developer guide, SQS scaling). */
const IDLE_POLLERS = 5;
const POLLS_PER_MINUTE = 3;

/** USD a month of a stage with one app, whatever its traffic; ticks as they were while traffic flowed. */
export function fixedCosts({ usage }: Measured): Readonly<Record<string, number>> {
  const ticks = Object.values(SCHEDULES).map((schedule) => {
    const used = usage[schedule.function];
    if (used === undefined || used.invocations === 0) return 0;
    return (total(priceUsage(used)) / used.invocations) * (MINUTES_OF_A_MONTH / schedule.rateMinutes);
  });
  const alarms = alarmsOf(parseConfig({ apps: ["one-app"] }));
  const shared = Object.values(METRICS).filter(
    ({ dimensions }) => !(dimensions as readonly string[]).includes("app"),
  ).length;
  return {
    "scheduled functions": ticks.reduce((sum, usd) => sum + usd, 0),
    "custom metrics": (MAX_METRICS_PER_APP + shared) * METRIC_MONTH,
    alarms: alarms.length * ALARM_MONTH + compositesOf(alarms).length * COMPOSITE_ALARM_MONTH,
    // Two, of which one has more than the 50 metrics that are free.
    dashboards: DASHBOARD_MONTH,
    "idle polling of queues":
      Object.keys(QUEUES).length * IDLE_POLLERS * POLLS_PER_MINUTE * MINUTES_OF_A_MONTH * SQS_REQUEST,
    "encryption key": KMS_KEY_MONTH,
  };
}
