import { isObject, type JsonObject } from "./json-service.ts";

/** One metric found in an embedded-metric-format line, in the shape of a PutMetricData datum. */
interface EmfMetric {
  readonly namespace: string;
  readonly datum: JsonObject;
}

export interface EmfLine {
  readonly metrics: readonly EmfMetric[];
  /** Directives, dimension sets and targets that CloudWatch would refuse. */
  readonly errors: number;
}

/** Embedded metric format specification: values of one target. */
const MAX_TARGET_VALUES = 100;

/** Reads one stdout line; `undefined` when it is no embedded metric format at all (CloudWatch EMF specification). */
export function parseEmf(line: string): EmfLine | undefined {
  const root = parseObject(line);
  const meta = root?._aws;
  if (root === undefined || !isObject(meta) || !Array.isArray(meta.CloudWatchMetrics)) return undefined;
  const metrics: EmfMetric[] = [];
  let errors = 0;
  for (const directive of meta.CloudWatchMetrics) {
    const parsed = readDirective(root, directive);
    metrics.push(...parsed.metrics);
    errors += parsed.errors;
  }
  return { metrics, errors };
}

function readDirective(root: JsonObject, directive: unknown): EmfLine {
  if (!isObject(directive) || typeof directive.Namespace !== "string") return { metrics: [], errors: 1 };
  const { Namespace: namespace, Dimensions: sets, Metrics: definitions } = directive;
  if (!Array.isArray(sets) || !Array.isArray(definitions)) return { metrics: [], errors: 1 };
  const metrics: EmfMetric[] = [];
  let errors = 0;
  for (const definition of definitions) {
    const values = isObject(definition) ? targetValues(root[String(definition.Name)]) : undefined;
    for (const set of sets) {
      const dimensions = dimensionsOf(root, set);
      if (values === undefined || dimensions === undefined) errors += 1;
      else
        metrics.push({
          namespace,
          datum: { MetricName: definition.Name, Dimensions: dimensions, ...withCounts(values) },
        });
    }
  }
  return { metrics, errors };
}

function targetValues(target: unknown): readonly number[] | undefined {
  const values: readonly unknown[] = Array.isArray(target) ? target : [target];
  const usable = values.length > 0 && values.length <= MAX_TARGET_VALUES;
  return usable && values.every((value) => typeof value === "number") ? values : undefined;
}

function dimensionsOf(root: JsonObject, set: unknown): readonly JsonObject[] | undefined {
  if (!Array.isArray(set)) return undefined;
  const dimensions = set.map((name) => ({ Name: name, Value: root[String(name)] }));
  return dimensions.every(({ Value }) => typeof Value === "string" && Value !== "") ? dimensions : undefined;
}

function withCounts(values: readonly number[]): { Values: readonly number[]; Counts: readonly number[] } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return { Values: [...counts.keys()], Counts: [...counts.values()] };
}

function parseObject(line: string): JsonObject | undefined {
  if (!line.trimStart().startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // an ordinary log line that begins with a brace
  }
}
