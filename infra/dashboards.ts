import { readFileSync } from "node:fs";
import type { ResourceRef } from "@bellwether/core/alarms/spec";
import { analystsDashboard } from "@bellwether/core/dashboards/analysts";
import type { Dashboard } from "@bellwether/core/dashboards/layout";
import { onCallDashboard } from "@bellwether/core/dashboards/on-call";
import type { Surroundings } from "@bellwether/core/dashboards/widgets";
import { parseRollbackPolicy } from "@bellwether/core/rollout/policy";
import {
  DEAD_LETTERS,
  type DeadLetterName,
  FUNCTIONS,
  type FunctionName,
  QUEUES,
  type QueueName,
  TABLES,
  type TableName,
} from "@bellwether/core/topology";
import { alarms, composites, resourceName } from "./alarms.ts";
import { place } from "./place.ts";
import { stageOf } from "./stage.ts";

const { apps } = stageOf($app.stage).config;
const { alpha } = parseRollbackPolicy(
  readFileSync(`${$cli.paths.root}/infra/policies/rollback-policy.yaml`, "utf8"),
);

const refs: readonly ResourceRef[] = [
  ...(Object.keys(QUEUES) as QueueName[]).flatMap((queue) => [{ queue }, { deadLetters: queue }]),
  ...(Object.keys(DEAD_LETTERS) as DeadLetterName[]).map((deadLetters) => ({ deadLetters })),
  ...(Object.keys(FUNCTIONS) as FunctionName[]).map((name) => ({ function: name })),
  ...(Object.keys(TABLES) as TableName[]).map((table) => ({ table })),
];
const keyOf = (ref: ResourceRef): string => JSON.stringify(ref);
const names = $util.all(Object.fromEntries(refs.map((ref) => [keyOf(ref), resourceName(ref)])));

const CONSOLES: Readonly<Record<string, string>> = {
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};
const athenaOf = (partition: string, region: string): string =>
  `https://${CONSOLES[partition] ?? "console.aws.amazon.com"}/athena/home?region=${region}#/query-editor`;

const whereabouts = $resolve([place.partition, place.region, place.account]);

const bodyOf = (draw: (at: Surroundings) => Dashboard) =>
  whereabouts.apply(([partition, region, account]) =>
    names.apply((physical) =>
      JSON.stringify(
        draw({
          region,
          athenaUrl: athenaOf(partition, region),
          alarmArn: (name) => `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`,
          nameOf: (ref) => {
            const name = physical[keyOf(ref)];
            if (name === undefined) throw new Error(`no resource is known by ${keyOf(ref)}`);
            return name;
          },
        }),
      ),
    ),
  );

new aws.cloudwatch.Dashboard("OnCall", {
  dashboardName: "bellwether-on-call",
  dashboardBody: bodyOf((at) => onCallDashboard({ apps, alarms, composites, alpha }, at)),
});

new aws.cloudwatch.Dashboard("Trends", {
  dashboardName: "bellwether-trends",
  dashboardBody: bodyOf((at) => analystsDashboard(apps, at)),
});
