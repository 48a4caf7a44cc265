import { METRICS } from "@bellwether/core/metrics";
import { describe, expect, it } from "vitest";

describe("the metric registry", () => {
  it.each(Object.entries(METRICS))("%s has bounded dimensions and says what it is", (name, metric) => {
    expect(name).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    expect(metric.description.length).toBeGreaterThan(10);
    // The pipeline's own health is per function; product numbers never carry what an app can invent.
    const dimensions: readonly string[] = metric.dimensions;
    if (metric.publication === "emf") expect(dimensions).toEqual(["service"]);
    else for (const name of dimensions) expect(["app", "arm", "span", "detector", "kind"]).toContain(name);
  });
});
