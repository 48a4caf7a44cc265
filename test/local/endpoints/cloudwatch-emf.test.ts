import { parseEmf } from "@bellwether/local/endpoints/cloudwatch-emf";
import { describe, expect, it } from "vitest";

const line = (root: object, directive: object) =>
  JSON.stringify({
    _aws: {
      Timestamp: 1,
      CloudWatchMetrics: [
        { Namespace: "Bellwether", Dimensions: [["service"]], Metrics: [{ Name: "records" }], ...directive },
      ],
    },
    ...root,
  });

describe("an embedded-metric-format line", () => {
  it("gives one metric per dimension set, the empty set included", () => {
    const parsed = parseEmf(
      line({ service: "ingest", app: "bot", records: 3 }, { Dimensions: [["service", "app"], []] }),
    );
    expect(parsed).toEqual({
      errors: 0,
      metrics: [
        {
          namespace: "Bellwether",
          datum: {
            MetricName: "records",
            Dimensions: [
              { Name: "service", Value: "ingest" },
              { Name: "app", Value: "bot" },
            ],
            Values: [3],
            Counts: [1],
          },
        },
        {
          namespace: "Bellwether",
          datum: { MetricName: "records", Dimensions: [], Values: [3], Counts: [1] },
        },
      ],
    });
  });

  it("counts the repeated values of an array", () => {
    const parsed = parseEmf(line({ service: "ingest", records: [5, 7, 5] }, {}));
    expect(parsed?.metrics[0]?.datum).toMatchObject({ Values: [5, 7], Counts: [2, 1] });
  });

  it.each([
    ["a missing target", {}, {}],
    ["a target that is text", { records: "3" }, {}],
    ["more than 100 values", { records: Array(101).fill(1) }, {}],
    ["a dimension that is a number", { records: 1, service: 4 }, {}],
    ["a dimension set that is no list", { records: 1 }, { Dimensions: ["service"] }],
    ["no namespace", { records: 1 }, { Namespace: null }],
    ["no metrics", { records: 1 }, { Metrics: null }],
  ])("counts %s as an error", (_name, root, directive) => {
    expect(parseEmf(line({ service: "ingest", ...root }, directive))).toEqual({ metrics: [], errors: 1 });
  });

  it.each(["", "INFO started", '{"level":"INFO"}', "{not json", '{"_aws":{"Timestamp":1}}', "[1]"])(
    "leaves %j alone",
    (text) => {
      expect(parseEmf(text)).toBeUndefined();
    },
  );
});
