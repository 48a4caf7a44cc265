import type { AwsMetricName, AwsNamespace } from "../alarms/aws-metrics.ts";
import { AWS_METRICS } from "../alarms/aws-metrics.ts";
import type { ResourceRef } from "../alarms/spec.ts";
import { METRICS, type MetricName, NAMESPACE } from "../metrics.ts";

type Statistic = "Average" | "Maximum" | "Sum";

/** A line of a graph: namespace, name, dimensions by turns, then how it is drawn; or an expression alone. */
export type Line = readonly (string | Readonly<Record<string, string | number>>)[];

export interface Widget {
  readonly type: "metric" | "text" | "alarm";
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What a dashboard must be told of the place where it is shown. */
export interface Surroundings {
  readonly region: string;
  /** Where a person asks Athena. */
  readonly athenaUrl: string;
  readonly alarmArn: (name: string) => string;
  readonly nameOf: (ref: ResourceRef) => string;
}

/** A line of one of our metrics; every dimension has a value. */
export function ours(metric: MetricName, values: Readonly<Record<string, string>>, label: string): Line {
  const dimensions: readonly string[] = METRICS[metric].dimensions;
  return [NAMESPACE, metric, ...dimensions.flatMap((name) => [name, values[name] ?? ""]), { label }];
}

/** A line of a metric that AWS publishes about a resource, or about the account. */
export function theirs(
  namespace: AwsNamespace,
  metric: AwsMetricName,
  name: string | null,
  label: string,
): Line {
  return [
    namespace,
    metric,
    ...AWS_METRICS[namespace].dimensions.flatMap((key) => [key, name ?? ""]),
    { label },
  ];
}

/** One line per app that published the metric within two weeks, whatever its name: a search makes no metric and needs no list. */
export function everyApp(
  metric: MetricName,
  statistic: Statistic,
  seconds: number,
  fixed: Readonly<Record<string, string>> = {},
): Line {
  const schema = [NAMESPACE, ...METRICS[metric].dimensions].join(",");
  const terms = [
    `MetricName="${metric}"`,
    ...Object.entries(fixed).map(([name, value]) => `${name}="${value}"`),
  ];
  const expression = `SEARCH('{${schema}} ${terms.join(" ")}', '${statistic}', ${seconds})`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a dynamic label of CloudWatch
  return [{ expression, label: "${PROP('Dim.app')}", id: "apps" }];
}

interface Graph {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly stat?: Statistic;
  /** Seconds. */
  readonly period?: number;
  readonly width?: number;
  /** Upper end of the axis. */
  readonly max?: number;
  /** The axis begins at 0 unless values fall below it. */
  readonly signed?: true;
  readonly marks?: readonly { readonly value: number; readonly label: string }[];
  readonly view?: "timeSeries" | "singleValue" | "bar";
}

/** A graph 6 high; gauges are averaged unless said otherwise. */
export function graph({ region }: Surroundings, spec: Graph): Widget {
  const {
    title,
    lines,
    stat = "Average",
    period = 300,
    width = 8,
    max,
    marks = [],
    view = "timeSeries",
  } = spec;
  const min = spec.signed ? {} : { min: 0 };
  return {
    type: "metric",
    width,
    height: 6,
    properties: {
      title,
      region,
      view,
      stat,
      period,
      metrics: lines,
      yAxis: { left: { ...min, ...(max === undefined ? {} : { max }), showUnits: false } },
      ...(marks.length === 0 ? {} : { annotations: { horizontal: marks } }),
    },
  };
}

/** Markdown across the dashboard unless narrower. */
export const text = (markdown: string, height: number, width = 24): Widget => ({
  type: "text",
  width,
  height,
  properties: { markdown },
});

/** Alarms that one widget takes (dashboard body structure). */
const ALARMS_PER_WIDGET = 100;

/** States of alarms, those that ring first; as many widgets as the alarms need. */
export function alarmStates(
  { alarmArn }: Surroundings,
  title: string,
  names: readonly string[],
  states?: readonly string[],
): Widget[] {
  const widgets = Math.ceil(names.length / ALARMS_PER_WIDGET);
  return Array.from({ length: widgets }, (_, i) => ({
    type: "alarm",
    width: 12,
    height: 6,
    properties: {
      title: widgets === 1 ? title : `${title} (${i + 1} of ${widgets})`,
      sortBy: "stateUpdatedTimestamp",
      alarms: names.slice(i * ALARMS_PER_WIDGET, (i + 1) * ALARMS_PER_WIDGET).map(alarmArn),
      ...(states === undefined ? {} : { states }),
    },
  }));
}
