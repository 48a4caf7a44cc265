import { transition, type Wish } from "@bellwether/cli/rollout/transition";
import { nextGeneration, type Rollout } from "@bellwether/core/rollout/document";
import { describe, expect, it } from "vitest";

const AT = Date.UTC(2026, 9, 6);
const by = { by: "ada", reason: "" };
const running = nextGeneration(undefined, "bot", {
  at: AT,
  action: "start",
  stable: "v1",
  canary: "v2",
  share: 0.1,
  ...by,
});
const promoted = nextGeneration(running, "bot", {
  at: AT,
  action: "promote",
  stable: "v2",
  canary: null,
  share: 0,
  ...by,
});
const verifying: Rollout = {
  ...promoted,
  intent: { step: "verify", at: AT, from: "v3", to: "v2", rule: "r", reason: "", judged: 1, verifyAt: AT },
};
const start = (canary: string, stable?: string): Wish => ({ action: "start", canary, stable, share: 0.2 });

describe("transition", () => {
  it.each<[string, Rollout | undefined, Wish, object]>([
    [
      "a first canary beside a named stable version",
      undefined,
      start("v2", "v1"),
      { action: "start", stable: "v1", canary: "v2", share: 0.2 },
    ],
    [
      "the next canary beside what is stable",
      promoted,
      start("v3"),
      { action: "start", stable: "v2", canary: "v3", share: 0.2 },
    ],
    [
      "a promotion",
      running,
      { action: "promote" },
      { action: "promote", stable: "v2", canary: null, share: 0 },
    ],
    ["an abort", running, { action: "abort" }, { action: "abort", stable: "v1", canary: null, share: 0 }],
  ])("allows %s", (_name, current, wish, change) => {
    expect(transition("bot", current, wish)).toEqual({ kind: "change", change });
  });

  it.each<[string, Rollout | undefined, Wish, RegExp]>([
    ["a start while a canary runs", running, start("v3"), /canary v2 of bot is running/],
    ["a first start without a stable version", undefined, start("v2"), /--stable/],
    ["another stable version", promoted, start("v3", "v1"), /stable version of bot is v2, not v1/],
    ["the stable version as its own canary", promoted, start("v2"), /v2 is the stable version/],
    ["a start while a rollback is verified", verifying, start("v4"), /rollback of v3 is being verified/],
    ["a promotion without a rollout", undefined, { action: "promote" }, /bot has no rollout/],
    ["a promotion without a canary", promoted, { action: "promote" }, /no canary to promote/],
    ["an abort without a canary", promoted, { action: "abort" }, /no canary to abort/],
  ])("refuses %s", (_name, current, wish, reason) => {
    expect(transition("bot", current, wish)).toEqual({
      kind: "refused",
      reason: expect.stringMatching(reason),
    });
  });
});
