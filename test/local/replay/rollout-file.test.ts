import { DEFAULT_RAMP } from "@bellwether/core/rollout/ramp";
import { readRolloutFile } from "@bellwether/local/replay/rollout-file";
import { describe, expect, it } from "vitest";

const AT = "2026-10-06T08:00:00Z";
const file = { app: "bot", stable: "v1", canary: "v2", startedAt: AT };

describe("readRolloutFile", () => {
  it("reads the plain form as before", () => {
    expect(readRolloutFile(null)).toBeNull();
    expect(readRolloutFile({ ...file, share: 0.2 })).toEqual({
      ...file,
      share: 0.2,
      startedAt: Date.parse(AT),
    });
    expect(readRolloutFile({ ...file, canary: null, share: 0 })).toMatchObject({ canary: null, share: 0 });
  });

  it("starts a ramp at its first step", () => {
    expect(readRolloutFile({ ...file, ramp: "default", unit: "session" })).toMatchObject({
      share: 0.05,
      unit: "session",
      ramp: DEFAULT_RAMP,
    });
    const ramp = { steps: [{ share: 0.1 }], success_criteria: { min_satisfaction: 0.8 } };
    expect(readRolloutFile({ ...file, share: 0.1, ramp })).toMatchObject({
      share: 0.1,
      ramp: { steps: [{ share: 0.1, minMinutes: 60 }], criteria: [{ metric: "satisfaction", min: 0.8 }] },
    });
  });

  it.each<[object, RegExp]>([
    [file, /^share: missing/],
    [{ ...file, share: 2 }, /^share: /],
    [{ ...file, share: 0.2, ramp: "default" }, /^share: is not the share of the ramp's first step/],
    [{ ...file, canary: null, ramp: "default" }, /^ramp: there is no canary to move/],
    [{ ...file, ramp: "fast" }, /^ramp: .*object/],
    [
      { ...file, ramp: { steps: [{ share: 0.5 }, { share: 0.1 }] } },
      /^ramp: steps\.1\.share: 0\.1 is not above/,
    ],
    [{ ...file, share: 0.1, unit: "tenant" }, /^unit: /],
    [{ ...file, share: 0.1, startedAt: "soon" }, /^startedAt: not an ISO 8601 instant/],
    [{ ...file, share: 0.1, canary: "v1" }, /same variant/],
    [{ ...file, share: 0.1, steps: [] }, /steps/],
  ])("refuses %j in one line", (json, problem) => {
    expect(() => readRolloutFile(json)).toThrow(problem);
    expect(() => readRolloutFile(json)).not.toThrow(/\n/);
  });
});
