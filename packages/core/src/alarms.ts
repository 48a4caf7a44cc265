import { appAlarms } from "./alarms/apps.ts";
import { boundAlarms } from "./alarms/bounds.ts";
import { functionAlarms } from "./alarms/functions.ts";
import { ingestAlarms } from "./alarms/ingest.ts";
import { judgeAlarms } from "./alarms/judge.ts";
import { peopleAlarms, quotaAlarm } from "./alarms/people.ts";
import { queueAlarms } from "./alarms/queues.ts";
import { silenceAlarms } from "./alarms/silence.ts";
import type { AlarmSpec } from "./alarms/spec.ts";
import { tableAlarms } from "./alarms/tables.ts";
import type { Config } from "./config/config.ts";
import type { FunctionName } from "./topology.ts";

/** Functions that a configuration gives nothing to do: their silence is no news. */
const unusedIn = ({ sampling, sentinel }: Config): ReadonlySet<FunctionName> =>
  new Set<FunctionName>([
    ...(sampling.preset === "fixed" ? (["pace"] as const) : []),
    ...(sentinel.dataset === undefined ? (["sentinel"] as const) : []),
  ]);

/** Every metric alarm of a stage: its apps and what their owners bound, the pipeline's own health, the resources under it. */
export function alarmsOf(config: Config): AlarmSpec[] {
  const { apps, lagMinutes, quotas, alarms } = config;
  const unused = unusedIn(config);
  return [
    ...apps.flatMap((app) => [...appAlarms(app), ...boundAlarms(app, alarms[app] ?? {})]),
    ...silenceAlarms(unused),
    ...ingestAlarms(lagMinutes),
    ...judgeAlarms(apps),
    ...peopleAlarms(),
    ...(Object.keys(quotas).length === 0 ? [] : [quotaAlarm()]),
    ...queueAlarms(),
    ...functionAlarms(unused),
    ...tableAlarms(),
  ];
}
