import { componentName } from "../../../infra/each.ts";
import type { Graph } from "./graph.ts";
import { arnOf } from "./mocks.ts";

/** A resource whose inputs a rule reads as `Inputs`; what AWS was not given is undefined. */
export interface Found<Inputs> {
  readonly name: string;
  readonly inputs: Partial<Inputs>;
  readonly arn: string;
  readonly retained: boolean;
}

const indexes = new WeakMap<Graph, Map<string, Found<object>[]>>();

/** Resources by type token, made once for a graph. */
function indexOf(graph: Graph): Map<string, Found<object>[]> {
  const known = indexes.get(graph);
  if (known !== undefined) return known;
  const index = new Map<string, Found<object>[]>();
  for (const resource of graph.resources) {
    const { type, name, inputs, retained } = resource;
    const found = { name, inputs, arn: arnOf({ ...resource, inputs: { ...inputs } }), retained };
    index.set(type, [...(index.get(type) ?? []), found]);
  }
  indexes.set(graph, index);
  return index;
}

/** Resources of a Pulumi type token, e.g. `sqs/queue:Queue`. */
export const all = <Inputs>(graph: Graph, type: string): readonly Found<Inputs>[] =>
  (indexOf(graph).get(`aws:${type}`) ?? []) as readonly Found<Inputs>[];

/** The one resource with that logical name; undefined when the graph has none. */
export const find = <Inputs>(graph: Graph, type: string, name: string): Found<Inputs> | undefined =>
  all<Inputs>(graph, type).find((found) => found.name === name);

const arnIn = (graph: Graph, type: string, name: string): string =>
  find(graph, type, name)?.arn ?? `no ${type} ${name}`;

export const tableArn = (graph: Graph, name: string): string =>
  arnIn(graph, "dynamodb/table:Table", `${componentName(name, "table")}Table`);
export const bucketArn = (graph: Graph, name: string): string =>
  arnIn(graph, "s3/bucket:Bucket", `${componentName(name)}Bucket`);
export const queueArn = (graph: Graph, name: string): string =>
  arnIn(graph, "sqs/queue:Queue", `${componentName(name, "queue")}Queue`);
export const deadLettersArn = (graph: Graph, name: string): string =>
  arnIn(graph, "sqs/queue:Queue", `${componentName(name, "dead", "letters")}Queue`);
export const topicArn = (graph: Graph, name: string): string =>
  arnIn(graph, "sns/topic:Topic", `${componentName(name, "topic")}Topic`);
export const functionArn = (graph: Graph, name: string): string =>
  arnIn(graph, "lambda/function:Function", `${componentName(name)}Function`);
export const keyArn = (graph: Graph): string => arnIn(graph, "kms/key:Key", "DataKey");

/** Last part of an ARN: the physical name. */
export const physical = (arn: string): string => arn.split(/[:/]/).at(-1) ?? arn;

/** JSON with its keys in order, so that equal values are equal texts. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? "nothing";

/** One line per field of `expected` that is something else in `actual`. */
export const differences = (
  who: string,
  actual: object | undefined,
  expected: Readonly<Record<string, unknown>>,
): string[] => {
  if (actual === undefined) return [`${who} is missing`];
  const given = actual as Readonly<Record<string, unknown>>;
  return Object.entries(expected)
    .filter(([field, value]) => canonical(given[field]) !== canonical(value))
    .map(([field, value]) => `${who}: ${field} is ${canonical(given[field])}, not ${canonical(value)}`);
};

/** One line per value that only one side has. */
export const setDifferences = (
  who: string,
  actual: readonly string[],
  expected: readonly string[],
): string[] => [
  ...expected.filter((value) => !actual.includes(value)).map((value) => `${who} lacks ${value}`),
  ...actual.filter((value) => !expected.includes(value)).map((value) => `${who} has ${value} too`),
];
