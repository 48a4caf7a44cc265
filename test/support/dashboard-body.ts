import * as z from "zod";

// "Dashboard Body Structure and Syntax" (CloudWatch API reference), the parts that may be used here, and nothing else.
const seconds = z.number().int().multipleOf(60).min(60);
const statistic = z.enum(["SampleCount", "Average", "Sum", "Minimum", "Maximum"]);
const metric = z
  .array(z.string().min(1))
  .min(2)
  .refine((parts) => parts.length % 2 === 0, "a dimension has no value");
const line = z.union([
  z.tuple([
    z.strictObject({
      expression: z.string().max(1_024),
      label: z.string().optional(),
      id: z.string().regex(/^[a-z]\w*$/),
    }),
  ]),
  z
    .array(z.union([z.string(), z.strictObject({ label: z.string() })]))
    .transform((parts) => parts.filter((part) => typeof part === "string"))
    .pipe(metric),
]);
const axis = z.strictObject({
  min: z.number().optional(),
  max: z.number().optional(),
  showUnits: z.boolean().optional(),
});

const position = {
  x: z.number().int().min(0).max(23),
  y: z.number().int().min(0),
  width: z.number().int().min(1).max(24),
  height: z.number().int().min(1).max(1_000),
};
const metricWidget = z.strictObject({
  type: z.literal("metric"),
  ...position,
  properties: z.strictObject({
    title: z.string().min(1),
    region: z.string().min(1),
    view: z.enum(["timeSeries", "singleValue", "gauge", "bar", "pie", "table"]),
    stat: statistic,
    period: seconds,
    metrics: z.array(line).min(1).max(500),
    yAxis: z.strictObject({ left: axis.optional(), right: axis.optional() }).optional(),
    annotations: z
      .strictObject({ horizontal: z.array(z.strictObject({ value: z.number(), label: z.string() })) })
      .optional(),
  }),
});
const textWidget = z.strictObject({
  type: z.literal("text"),
  ...position,
  properties: z.strictObject({ markdown: z.string().min(1) }),
});
const alarmWidget = z.strictObject({
  type: z.literal("alarm"),
  ...position,
  properties: z.strictObject({
    title: z.string().min(1),
    alarms: z
      .array(z.string().regex(/^arn:aws:cloudwatch:[\w-]+:\d{12}:alarm:.+/))
      .min(1)
      .max(100),
    sortBy: z.enum(["default", "stateUpdatedTimestamp", "timestamp"]).optional(),
    states: z.array(z.enum(["ALARM", "INSUFFICIENT_DATA", "OK"])).optional(),
  }),
});
const choices = z
  .array(z.strictObject({ value: z.string().max(255), label: z.string().max(255) }))
  .min(1)
  .max(500);

export const dashboardBody = z.strictObject({
  start: z.string().regex(/^-P(T\d+[MH]|\d+[DWM])$/),
  periodOverride: z.enum(["auto", "inherit"]),
  variables: z
    .array(
      z
        .strictObject({
          type: z.literal("pattern"),
          pattern: z.string().min(1),
          inputType: z.enum(["input", "select", "radio"]),
          id: z.string().regex(/^[\w-]{1,32}$/),
          label: z.string().max(30),
          defaultValue: z.string().max(255),
          visible: z.boolean(),
          values: choices.optional(),
        })
        .refine(
          ({ inputType, values, defaultValue }) =>
            inputType === "input" || values?.some(({ value }) => value === defaultValue),
          "the default is not one of the values",
        ),
    )
    .max(25),
  widgets: z.array(z.discriminatedUnion("type", [metricWidget, textWidget, alarmWidget])).max(500),
});
