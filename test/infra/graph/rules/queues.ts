import {
  DEAD_LETTERS,
  type DeadLetterName,
  FUNCTIONS,
  QUEUES,
  type QueueName,
  RULES,
  TOPICS,
} from "@bellwether/core/topology";
import { componentName } from "../../../../infra/each.ts";
import { stageOf } from "../../../../infra/stage.ts";
import type { Graph } from "../graph.ts";
import {
  all,
  deadLettersArn,
  differences,
  find,
  functionArn,
  keyArn,
  queueArn,
  setDifferences,
  topicArn,
} from "../lookup.ts";
import { list, refusesPlainHttp, services, statementsIn } from "../policy.ts";

interface Queue {
  readonly visibilityTimeoutSeconds: number;
  readonly messageRetentionSeconds: number;
}

const DAY = 86_400;
const names = Object.keys(QUEUES) as QueueName[];
const deadLetters: readonly (QueueName | DeadLetterName)[] = [
  ...names,
  ...(Object.keys(DEAD_LETTERS) as DeadLetterName[]),
];
const queue = (graph: Graph, name: string) =>
  find<Queue>(graph, "sqs/queue:Queue", `${componentName(name, "queue")}Queue`);
const deadLetterQueue = (graph: Graph, name: string) =>
  find<Queue>(graph, "sqs/queue:Queue", `${componentName(name, "dead", "letters")}Queue`);

interface Source {
  readonly queue: QueueName;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency: number;
}

const sources = Object.entries<{ timeoutSeconds: number; sources?: readonly Source[] }>(FUNCTIONS).flatMap(
  ([consumer, { timeoutSeconds, sources: read = [] }]) =>
    read.map((source) => ({ consumer, timeoutSeconds, ...source })),
);

/** Visibility, retention, redrive and key of every queue; six times the consumer's timeout are not negotiable. */
export const settings = (graph: Graph): string[] => [
  ...setDifferences(
    "queues",
    all(graph, "sqs/queue:Queue").map(({ name }) => name),
    [
      ...names.map((name) => `${componentName(name, "queue")}Queue`),
      ...deadLetters.map((name) => `${componentName(name, "dead", "letters")}Queue`),
    ],
  ),
  ...names.flatMap((name) => {
    const { visibilitySeconds, maxReceiveCount, retentionDays } = QUEUES[name];
    return differences(`queue ${name}`, queue(graph, name)?.inputs, {
      visibilityTimeoutSeconds: visibilitySeconds,
      messageRetentionSeconds: retentionDays * DAY,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLettersArn(graph, name), maxReceiveCount }),
      kmsMasterKeyId: keyArn(graph),
    });
  }),
  ...sources.flatMap(({ consumer, timeoutSeconds, queue: name }) => {
    const visibility = queue(graph, name)?.inputs.visibilityTimeoutSeconds ?? 0;
    return visibility >= 6 * timeoutSeconds
      ? []
      : [`queue ${name}: visibility ${visibility} s is less than six timeouts of ${consumer}`];
  }),
];

/** A dead letter keeps its age, so its queue keeps it at least as long as the first; encrypted like everything. */
export const graves = (graph: Graph): string[] => [
  ...deadLetters.flatMap((name) =>
    differences(`dead letters of ${name}`, deadLetterQueue(graph, name)?.inputs, {
      kmsMasterKeyId: keyArn(graph),
    }),
  ),
  ...names.flatMap((name) => {
    const kept = deadLetterQueue(graph, name)?.inputs.messageRetentionSeconds ?? 0;
    return kept >= QUEUES[name].retentionDays * DAY
      ? []
      : [`dead letters of ${name} are kept ${kept} s only`];
  }),
  ...Object.entries(DEAD_LETTERS).flatMap(([name, { retentionDays }]) =>
    differences(`dead letters of ${name}`, deadLetterQueue(graph, name)?.inputs, {
      messageRetentionSeconds: retentionDays * DAY,
    }),
  ),
];

/** Event-source mappings: batch, window, concurrency and partial failures of every queue. */
export const eventSources = (graph: Graph): string[] => {
  const type = "lambda/eventSourceMapping:EventSourceMapping";
  const { queueConcurrency } = stageOf(graph.stage);
  return [
    ...setDifferences(
      "event sources",
      all(graph, type).map(({ name }) => name),
      sources.map((source) => componentName(source.consumer, "polls", source.queue)),
    ),
    ...sources.flatMap((source) =>
      differences(
        `${source.consumer} polls ${source.queue}`,
        find(graph, type, componentName(source.consumer, "polls", source.queue))?.inputs,
        {
          eventSourceArn: queueArn(graph, source.queue),
          functionName: functionArn(graph, source.consumer),
          batchSize: source.batchSize,
          maximumBatchingWindowInSeconds: source.windowSeconds,
          scalingConfig: { maximumConcurrency: queueConcurrency[source.queue] ?? source.maxConcurrency },
          functionResponseTypes: ["ReportBatchItemFailures"],
        },
      ),
    ),
  ];
};

interface Policy {
  readonly queueUrl: string;
  readonly policy: string;
}

const ruleArns = (graph: Graph, names: readonly string[]) =>
  names.map(
    (name) =>
      find(graph, "cloudwatch/eventRule:EventRule", componentName(name, "rule"))?.arn ?? `no rule ${name}`,
  );

/** Services that may send to a queue, as `service from source`. */
function expectedSenders(graph: Graph, name: string, dead: boolean): string[] {
  const rules = Object.entries<{ target: object }>(RULES)
    .filter(([, { target }]) => dead || ("queue" in target && target.queue === name))
    .map(([rule]) => rule);
  const topics = Object.entries<{ queue?: string }>(TOPICS)
    .filter(([, { queue: fed }]) => dead || fed === name)
    .map(([topic]) => topic);
  const byRules = ruleArns(graph, rules).map((arn) => `events.amazonaws.com from ${arn}`);
  const byTopics = topics.map((topic) => `sns.amazonaws.com from ${topicArn(graph, topic)}`);
  if (!dead) return [...byRules, ...byTopics];
  return name === "events" ? byRules : name === "notices" ? byTopics : [];
}

/** Every queue has one policy: TLS only, and exactly the services that feed it, each from its own source. */
export const policies = (graph: Graph): string[] => {
  const given = all<Policy>(graph, "sqs/queuePolicy:QueuePolicy");
  const check = (who: string, arn: string, expected: readonly string[]): string[] => {
    const mine = given.filter(({ inputs }) => inputs.queueUrl?.endsWith(`/${arn.split(":").at(-1)}`));
    if (mine.length !== 1) return [`${who} has ${mine.length} policies`];
    const policy = mine[0]?.inputs.policy;
    const allowed = statementsIn(policy)
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap((statement) =>
        services(statement).flatMap((service) =>
          (list(statement.Condition?.ArnEquals?.["aws:SourceArn"]).length === 0
            ? ["anywhere"]
            : list(statement.Condition?.ArnEquals?.["aws:SourceArn"])
          ).map((source) => `${service} from ${source}`),
        ),
      );
    return [
      ...(refusesPlainHttp(policy) ? [] : [`${who} takes messages without TLS`]),
      ...setDifferences(`senders of ${who}`, allowed, expected),
    ];
  };
  return [
    ...names.flatMap((name) =>
      check(`queue ${name}`, queueArn(graph, name), expectedSenders(graph, name, false)),
    ),
    ...deadLetters.flatMap((name) =>
      check(
        `dead letters of ${name}`,
        deadLettersArn(graph, name),
        name in QUEUES ? [] : expectedSenders(graph, name, true),
      ),
    ),
  ];
};
