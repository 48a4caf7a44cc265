import { SCHEDULES } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { functions } from "./functions.ts";

each(
  SCHEDULES,
  (name, schedule) =>
    new sst.aws.CronV2(componentName(name, "schedule"), {
      function: functions[schedule.function].arn,
      schedule: schedule.rateMinutes === 1 ? "rate(1 minute)" : `rate(${schedule.rateMinutes} minutes)`,
      // Scheduler fills in the time the tick was meant for, which is the tick's identity.
      event: { time: "<aws.scheduler.scheduled-time>" },
    }),
);
