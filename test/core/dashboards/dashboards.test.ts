import { alarmsOf } from "@bellwether/core/alarms";
import { AWS_METRICS, type AwsNamespace } from "@bellwether/core/alarms/aws-metrics";
import { compositesOf } from "@bellwether/core/alarms/composites";
import { analystsDashboard } from "@bellwether/core/dashboards/analysts";
import { layOut } from "@bellwether/core/dashboards/layout";
import { onCallDashboard } from "@bellwether/core/dashboards/on-call";
import { type Surroundings, text } from "@bellwether/core/dashboards/widgets";
import { DRIFT_KINDS } from "@bellwether/core/drift/series";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { METRICS, type MetricName, NAMESPACE } from "@bellwether/core/metrics";
import { SPANS } from "@bellwether/core/rollup/spans";
import { FUNCTIONS } from "@bellwether/core/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everythingFor } from "../../support/alarm-config.ts";
import { dashboardBody } from "../../support/dashboard-body.ts";

const at: Surroundings = {
  region: "eu-west-1",
  athenaUrl: "https://athena.example/",
  alarmArn: (name) => `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}`,
  nameOf: (ref) => `physical-${Object.values(ref).join()}`,
};
const manyApps = Array.from({ length: 700 }, (_, i) => `app-${i}`);

function onCall(...apps: string[]) {
  const alarms = alarmsOf(everythingFor(...apps));
  return onCallDashboard({ apps, alarms, composites: compositesOf(alarms), alpha: 0.01 }, at);
}
const dashboards = {
  "on call": onCall("bot", "shop"),
  "on call without apps": onCall(),
  "on call with 700 apps": onCall(...manyApps),
  trends: analystsDashboard(["bot", "shop"], at),
  "trends without apps": analystsDashboard([], at),
  "trends with 700 apps": analystsDashboard(manyApps, at),
};

const overlap = (a: { x: number; y: number; width: number; height: number }, b: typeof a): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Values that a dimension can have. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  app: ["SELECTED_APP"],
  arm: ["all", "stable", "canary"],
  span: Object.keys(SPANS),
  kind: [...DRIFT_KINDS, "cost"],
  detector: ["canary", "measure", "cost", "drift", "pace", "sentinel"],
  service: Object.keys(FUNCTIONS),
};

describe.each(Object.entries(dashboards))("the dashboard %s", (_, dashboard) => {
  // What CloudWatch gets is JSON.
  const body = dashboardBody.parse(JSON.parse(JSON.stringify(dashboard)));

  it("has its widgets side by side on the grid", () => {
    for (const [i, widget] of body.widgets.entries()) {
      expect(widget.x + widget.width).toBeLessThanOrEqual(24);
      for (const other of body.widgets.slice(i + 1)) expect(overlap(widget, other)).toBe(false);
    }
  });

  it("shows metrics of the registry with exactly their dimensions, or of AWS, and makes none", () => {
    let lines = 0;
    for (const widget of body.widgets) {
      if (widget.type !== "metric") continue;
      for (const line of widget.properties.metrics) {
        lines += 1;
        const [first] = line;
        if (typeof first === "object") {
          const [, schema = "", name = "", rest = ""] =
            /^SEARCH\('\{([\w,]+)\} MetricName="(\w+)"(.*)', '\w+', \d+\)$/.exec(first.expression) ?? [];
          expect(schema.split(",")).toEqual([NAMESPACE, ...METRICS[name as MetricName].dimensions]);
          for (const [, key = "", value = ""] of rest.matchAll(/(\w+)="([^"]*)"/g))
            expect(VALUES[key]).toContain(value);
          continue;
        }
        const [namespace = "", name = "", ...pairs] = line as string[];
        const keys = pairs.filter((_part, i) => i % 2 === 0);
        if (namespace === NAMESPACE) {
          expect(keys, name).toEqual([...METRICS[name as MetricName].dimensions]);
          for (const [i, key] of keys.entries()) expect(VALUES[key], name).toContain(pairs[2 * i + 1]);
        } else {
          expect(AWS_METRICS[namespace as AwsNamespace].metrics).toContain(name);
          expect(keys, name).toEqual([...AWS_METRICS[namespace as AwsNamespace].dimensions]);
        }
      }
    }
    // CloudWatch's limit for a whole dashboard; the number of apps is not in it.
    expect(lines).toBeLessThanOrEqual(150);
  });

  it("never sums a gauge", () => {
    for (const widget of body.widgets) {
      if (widget.type !== "metric" || widget.properties.stat !== "Sum") continue;
      for (const [namespace, name] of widget.properties.metrics)
        if (namespace === NAMESPACE && typeof name === "string" && name !== "DetectorTicks")
          expect(METRICS[name as MetricName].publication, name).toBe("emf");
    }
  });
});

describe("the dashboard for on-call", () => {
  it("shows every alarm once", () => {
    const alarms = alarmsOf(everythingFor("bot", "shop"));
    const shown = dashboards["on call"].widgets.flatMap(({ type, properties }) =>
      type === "alarm" ? (properties.alarms as string[]) : [],
    );
    const all = [...alarms, ...compositesOf(alarms)].map(({ name }) => at.alarmArn(name));
    expect(shown.toSorted()).toEqual(all.toSorted());
  });

  it("draws the line at which the canary goes back", () => {
    const graph = dashboards["on call"].widgets.find(({ properties }) =>
      `${properties.title}`.startsWith("Evidence"),
    );
    expect(graph?.properties.annotations).toEqual({ horizontal: [{ value: 2, label: "goes back" }] });
  });

  it("lets people choose an app, and type its name where there are too many to list", () => {
    expect(dashboards["on call"].variables).toMatchObject([{ inputType: "select", defaultValue: "bot" }]);
    expect(dashboards["on call with 700 apps"].variables).toMatchObject([{ inputType: "input" }]);
    expect(dashboards["on call without apps"].variables).toEqual([]);
    expect(JSON.stringify(dashboards["on call without apps"])).not.toContain("SELECTED_APP");
  });
});

it("the dashboard for analysts names every saved query, and where to ask it", () => {
  const body = JSON.stringify(dashboards.trends);
  expect(body).toContain("(https://athena.example/)");
  for (const name of Object.keys(SAVED_QUERIES)) expect(body).toContain(`\`${name}\``);
});

it("any widgets are laid out without overlaps, in their order", () => {
  const widget = fc
    .record({ width: fc.integer({ min: 1, max: 24 }), height: fc.integer({ min: 1, max: 9 }) })
    .map(({ width, height }) => text("x", height, width));
  fc.assert(
    fc.property(fc.array(fc.array(widget, { maxLength: 8 }), { maxLength: 6 }), (rows) => {
      const { widgets } = layOut("-PT6H", [], rows);
      expect(widgets.map(({ width, height }) => [width, height])).toEqual(
        rows.flat().map(({ width, height }) => [width, height]),
      );
      for (const [i, one] of widgets.entries()) {
        expect(one.x + one.width).toBeLessThanOrEqual(24);
        for (const other of widgets.slice(i + 1)) expect(overlap(one, other)).toBe(false);
      }
    }),
  );
});
