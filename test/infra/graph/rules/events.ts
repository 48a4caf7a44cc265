import { RULES, type RuleTarget, SCHEDULES, TOPICS } from "@bellwether/core/topology";
import { componentName } from "../../../../infra/each.ts";
import type { Graph } from "../graph.ts";
import {
  all,
  bucketArn,
  deadLettersArn,
  differences,
  find,
  functionArn,
  keyArn,
  physical,
  queueArn,
  setDifferences,
  topicArn,
} from "../lookup.ts";
import { refusesPlainHttp, services, statementsIn } from "../policy.ts";

interface Rule {
  readonly name: string;
  readonly eventPattern: string;
}

const RULE = "cloudwatch/eventRule:EventRule";

const targetArn = (graph: Graph, target: RuleTarget): string =>
  "queue" in target ? queueArn(graph, target.queue) : functionArn(graph, target.function);

/** Pattern, bus, target, dead letters and right to invoke of every rule of the topology, and no other rule. */
export const rules = (graph: Graph): string[] => {
  const appBus = all<{ name: string }>(graph, "cloudwatch/eventBus:EventBus")[0]?.inputs.name;
  return [
    ...setDifferences(
      "rules",
      all(graph, RULE).map(({ name }) => name),
      Object.keys(RULES).map((name) => componentName(name, "rule")),
    ),
    ...Object.entries<{ bus: string; pattern: object; target: RuleTarget }>(RULES).flatMap(
      ([name, { bus, pattern, target }]) => {
        const rule = find<Rule>(graph, RULE, componentName(name, "rule"));
        const eventBusName = bus === "app" ? appBus : "default";
        const expected = JSON.stringify(pattern).replace("LOGS_BUCKET", physical(bucketArn(graph, "logs")));
        const permission =
          "function" in target
            ? differences(
                `right of rule ${name}`,
                find(graph, "lambda/permission:Permission", componentName(name, "invokes", target.function))
                  ?.inputs,
                {
                  action: "lambda:InvokeFunction",
                  function: physical(functionArn(graph, target.function)),
                  principal: "events.amazonaws.com",
                  sourceArn: rule?.arn,
                },
              )
            : [];
        return [
          ...differences(`rule ${name}`, rule?.inputs, { eventBusName, eventPattern: expected }),
          ...differences(
            `target of rule ${name}`,
            find(graph, "cloudwatch/eventTarget:EventTarget", componentName(name, "target"))?.inputs,
            {
              rule: rule?.inputs.name,
              eventBusName,
              arn: targetArn(graph, target),
              deadLetterConfig: { arn: deadLettersArn(graph, "events") },
            },
          ),
          ...permission,
        ];
      },
    ),
  ];
};

const SCHEDULE = "scheduler/schedule:Schedule";
const logical = (name: string) => `${componentName(name, "schedule")}Schedule`;

/** Rate, function, input and dead letters of every schedule, and no other schedule. */
export const schedules = (graph: Graph): string[] => [
  ...setDifferences(
    "schedules",
    all(graph, SCHEDULE).map(({ name }) => name),
    Object.keys(SCHEDULES).map(logical),
  ),
  ...Object.entries(SCHEDULES).flatMap(([name, schedule]) => {
    const { rateMinutes } = schedule;
    const found = find<{ target: object }>(graph, SCHEDULE, logical(name));
    return [
      ...differences(`schedule ${name}`, found?.inputs, {
        scheduleExpression: rateMinutes === 1 ? "rate(1 minute)" : `rate(${rateMinutes} minutes)`,
        state: "ENABLED",
        flexibleTimeWindow: { mode: "OFF" },
      }),
      ...differences(`target of schedule ${name}`, found?.inputs.target, {
        arn: functionArn(graph, schedule.function),
        input: '{"time":"<aws.scheduler.scheduled-time>"}',
        retryPolicy: { maximumRetryAttempts: 0 },
        deadLetterConfig: { arn: deadLettersArn(graph, "ticks") },
        roleArn: find(graph, "iam/role:Role", `${componentName(name, "schedule")}Role`)?.arn,
      }),
    ];
  }),
];

interface Subscription {
  readonly topic: string;
  readonly redrivePolicy: string;
}

/** Topics are encrypted, TLS-only and open to alarms only where people listen; no subscription loses a notice. */
export const topics = (graph: Graph): string[] => {
  const subscriptions = all<Subscription>(graph, "sns/topicSubscription:TopicSubscription");
  const redrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLettersArn(graph, "notices") });
  return [
    ...Object.entries<{ queue?: string }>(TOPICS).flatMap(([name, { queue }]) => {
      const topic = find(graph, "sns/topic:Topic", `${componentName(name, "topic")}Topic`);
      const policy = all<{ arn: string; policy: string }>(graph, "sns/topicPolicy:TopicPolicy").find(
        ({ inputs }) => inputs.arn === topicArn(graph, name),
      )?.inputs.policy;
      const allowed = statementsIn(policy).filter(({ Effect }) => Effect === "Allow");
      const fed = subscriptions.find(({ inputs }) => inputs.topic === topicArn(graph, name));
      return [
        ...differences(`topic ${name}`, topic?.inputs, { kmsMasterKeyId: keyArn(graph) }),
        ...(refusesPlainHttp(policy) ? [] : [`topic ${name} takes notices without TLS`]),
        ...setDifferences(
          `publishers of ${name}`,
          allowed.flatMap(services),
          name === "pages" ? ["cloudwatch.amazonaws.com"] : [],
        ),
        ...(queue === undefined
          ? []
          : differences(`subscription of ${name}`, fed?.inputs, {
              protocol: "sqs",
              endpoint: queueArn(graph, queue),
            })),
      ];
    }),
    ...subscriptions.flatMap(({ name, inputs }) =>
      differences(`subscription ${name}`, inputs, { redrivePolicy }),
    ),
  ];
};
