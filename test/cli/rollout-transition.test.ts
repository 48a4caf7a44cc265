import { transition, type Wish } from "@bellwether/cli/rollout/transition";
import { nextGeneration, type Rollout } from "@bellwether/core/rollout/document";
import { readRamp } from "@bellwether/core/rollout/ramp-file";
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
const intent = {
  kind: "rollback",
  step: "verify",
  at: AT,
  from: "v3",
  to: "v2",
  rule: "r",
  reason: "",
  judged: 1,
  verifyAt: AT,
} as const;
const verifying: Rollout = { ...promoted, intent };
const ramp = readRamp({ steps: [{ share: 0.1 }, { share: 0.25 }, { share: 0.5 }] });
const ramped = nextGeneration(undefined, "bot", {
  at: AT,
  action: "start",
  stable: "v1",
  canary: "v2",
  share: 0.1,
  ramp,
  ...by,
});
const atShare = (share: number, step: number): Rollout => ({ ...ramped, share, ramp: { ...ramp, step } });
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

  it.each<[string, Rollout, number | undefined, { share: number; step?: number }]>([
    ["the next step", ramped, undefined, { share: 0.25, step: 1 }],
    ["a share between two steps", ramped, 0.3, { share: 0.3, step: 1 }],
    ["a share below the next step", ramped, 0.15, { share: 0.15, step: 0 }],
    ["the share of a later step", ramped, 0.5, { share: 0.5, step: 2 }],
    ["a share beyond the last step", ramped, 0.9, { share: 0.9, step: 2 }],
    ["the next step after a share of one's own", atShare(0.3, 1), undefined, { share: 0.5, step: 2 }],
    ["a share without a ramp", running, 0.3, { share: 0.3 }],
  ])("advances to %s", (_name, current, wanted, { share, ...step }) => {
    const wish: Wish = { action: "advance", ...(wanted !== undefined && { share: wanted }) };
    expect(transition("bot", current, wish)).toEqual({
      kind: "change",
      change: { action: "advance", stable: "v1", canary: "v2", share },
      ...step,
    });
  });

  it("starts a ramp with its unit", () => {
    const wish: Wish = { action: "start", stable: "v1", canary: "v2", share: 0.1, ramp, unit: "session" };
    expect(transition("bot", undefined, wish)).toEqual({ kind: "change", change: wish });
  });

  it.each<[string, Rollout | undefined, Wish, RegExp]>([
    ["an advance without a rollout", undefined, { action: "advance" }, /bot has no rollout/],
    ["an advance without a canary", promoted, { action: "advance" }, /no canary to advance/],
    ["an advance of a canary without a ramp", running, { action: "advance" }, /no ramp: say with --share/],
    [
      "an advance beyond the last step",
      atShare(0.5, 2),
      { action: "advance" },
      /last step, 50 %: promote it/,
    ],
    [
      "an advance to less",
      ramped,
      { action: "advance", share: 0.05 },
      /has 10 % already: a share only grows/,
    ],
    ["an advance to the same", ramped, { action: "advance", share: 0.1 }, /has 10 % already/],
    [
      "a start while a promotion is not finished",
      { ...promoted, intent: { ...intent, kind: "promote", to: "v2", step: "page" } },
      start("v4"),
      /the promotion of v2 is not finished/,
    ],
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
