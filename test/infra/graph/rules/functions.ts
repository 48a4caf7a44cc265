import { ENVIRONMENT, FUNCTIONS, type FunctionName, SCHEDULES } from "@bellwether/core/topology";
import { componentName } from "../../../../infra/each.ts";
import { failuresOf, POLICY_READERS } from "../../../../infra/permissions.ts";
import { stageOf } from "../../../../infra/stage.ts";
import type { Graph } from "../graph.ts";
import { all, deadLettersArn, differences, find, functionArn, physical, setDifferences } from "../lookup.ts";

interface Lambda {
  readonly environment: { readonly variables: Readonly<Record<string, string>> };
  readonly loggingConfig: { readonly logGroup: string };
  readonly reservedConcurrentExecutions: number;
}

/** What Powertools and SST read beside what packages/aws reads. */
const NOT_OURS = [
  "POWERTOOLS_SERVICE_NAME",
  "POWERTOOLS_METRICS_NAMESPACE",
  "SST_KEY",
  "SST_KEY_FILE",
  "SST_RESOURCE_App",
];

const names = Object.keys(FUNCTIONS) as FunctionName[];
const lambda = (graph: Graph, name: FunctionName) =>
  find<Lambda>(graph, "lambda/function:Function", `${componentName(name)}Function`);

/** Runtime, size, tracing and handler of every function; no function that the topology does not know. */
export const settings = (graph: Graph): string[] => [
  ...setDifferences(
    "functions",
    all(graph, "lambda/function:Function").map(({ name }) => name),
    names.map((name) => `${componentName(name)}Function`),
  ),
  ...names.flatMap((name) => {
    const { handler, memoryMb, timeoutSeconds } = FUNCTIONS[name];
    return differences(name, lambda(graph, name)?.inputs, {
      handler,
      memorySize: memoryMb,
      timeout: timeoutSeconds,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      tracingConfig: { mode: "Active" },
    });
  }),
];

/** Every function has exactly the variables that packages/aws reads, and its topology name as service. */
export const environment = (graph: Graph): string[] =>
  names.flatMap((name) => {
    const variables = lambda(graph, name)?.inputs.environment?.variables ?? {};
    const expected = [...Object.keys(ENVIRONMENT), ...NOT_OURS];
    return [
      ...setDifferences(`environment of ${name}`, Object.keys(variables), expected),
      ...Object.entries(variables)
        .filter(([, value]) => value === "")
        .map(([variable]) => `environment of ${name}: ${variable} is empty`),
      ...differences(`environment of ${name}`, variables, { POWERTOOLS_SERVICE_NAME: name }),
    ];
  });

const DAYS = { "1 week": 7, "1 month": 30, "3 months": 90 } as const;

/** Every function writes to a log group of its own that forgets when the stage says. */
export const logs = (graph: Graph): string[] =>
  names.flatMap((name) => {
    const group = find<{ name: string }>(
      graph,
      "cloudwatch/logGroup:LogGroup",
      `${componentName(name)}LogGroup`,
    );
    const retentionInDays = DAYS[stageOf(graph.stage).functionLogRetention];
    return [
      ...differences(`log group of ${name}`, group?.inputs, { retentionInDays }),
      ...differences(`logging of ${name}`, lambda(graph, name)?.inputs.loggingConfig, {
        logGroup: group?.inputs.name,
      }),
    ];
  });

interface Mapping {
  readonly functionName: string;
  readonly scalingConfig: { readonly maximumConcurrency: number };
}

/** Reserved concurrency is what the function's queues may take together, 1 for a tick, and not set for the others. */
export const concurrency = (graph: Graph): string[] => {
  const ticks: readonly FunctionName[] = Object.values(SCHEDULES).map((schedule) => schedule.function);
  return names.flatMap((name) => {
    const taken = all<Mapping>(graph, "lambda/eventSourceMapping:EventSourceMapping")
      .filter(({ inputs }) => inputs.functionName === functionArn(graph, name))
      .map(({ inputs }) => inputs.scalingConfig?.maximumConcurrency ?? Number.NaN);
    const expected = ticks.includes(name)
      ? 1
      : taken.length === 0
        ? undefined
        : taken.reduce((sum, one) => sum + one);
    return differences(name, lambda(graph, name)?.inputs, { reservedConcurrentExecutions: expected });
  });
};

/** Events that nobody waits for end in a dead-letter queue; a tick is not tried again and does not wait. */
export const asynchronous = (graph: Graph): string[] =>
  names.flatMap((name) => {
    const queue = failuresOf(name);
    const config = find(
      graph,
      "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      `${componentName(name)}EventInvokeConfig`,
    );
    if (queue === undefined)
      return config === undefined ? [] : [`${name} reads a queue and is invoked besides`];
    return differences(`asynchronous ${name}`, config?.inputs, {
      functionName: physical(functionArn(graph, name)),
      destinationConfig: { onFailure: { destination: deadLettersArn(graph, queue) } },
      maximumRetryAttempts: queue === "ticks" ? 0 : 2,
      maximumEventAgeInSeconds: queue === "ticks" ? 60 : undefined,
    });
  });

/** Functions that read a policy have it beside their code; late imports stay late. */
export const packages = (graph: Graph): string[] =>
  names.flatMap((name) =>
    differences(`package of ${name}`, graph.packed[componentName(name)], {
      copies: POLICY_READERS.includes(name) ? ["infra/policies to policies"] : [],
      splitting: true,
    }),
  );
