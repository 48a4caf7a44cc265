import {
  canaryEpochAt,
  nextGeneration,
  rolloutSchema,
  runningCanary,
} from "@bellwether/core/rollout/document";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { START } from "./arms.ts";
import { change, rollout } from "./rollouts.ts";

describe("nextGeneration", () => {
  it("starts a rollout at generation 1 with an open epoch and a salt of its own", () => {
    const first = rollout();
    expect(first).toMatchObject({
      app: "bot",
      generation: 1,
      salt: "bot#1",
      share: 0.2,
      canary: "v2",
      intent: null,
    });
    expect(first.epochs).toEqual([
      { from: START, to: null, stable: "v1", canary: "v2", share: 0.2, generation: 1 },
    ]);
    expect(rolloutSchema.parse(first)).toEqual(first);
  });

  it("closes the running epoch where the next one begins", () => {
    const next = nextGeneration(rollout(), "bot", change({ at: START + 9, share: 0.5 }));
    expect(next.epochs.map(({ from, to, share }) => [from, to, share])).toEqual([
      [START, START + 9, 0.2],
      [START + 9, null, 0.5],
    ]);
  });

  it("gives no traffic to no canary", () => {
    const ended = nextGeneration(rollout(), "bot", change({ action: "rollback", canary: null, share: 0.2 }));
    expect(ended).toMatchObject({ canary: null, share: 0, generation: 2, salt: "bot#1" });
    expect(ended.epochs.at(-1)).toMatchObject({ canary: null, share: 0 });
    expect(runningCanary(ended)).toBeUndefined();
  });

  it("draws users anew at every start, so that one canary's users are not always the next one's", () => {
    expect(nextGeneration(rollout(), "bot", change()).salt).toBe("bot#2");
  });

  it("keeps an unfinished rollback's intent", () => {
    const intent = {
      kind: "rollback",
      step: "verify",
      at: 1,
      from: "v2",
      to: "v1",
      rule: "r",
      reason: "",
      judged: 1,
      verifyAt: 2,
    } as const;
    expect(nextGeneration({ ...rollout(), intent }, "bot", change()).intent).toEqual(intent);
  });

  it("raises the generation by one, keeps one open epoch and a bounded memory, whatever happens", () => {
    const steps = fc.array(fc.constantFrom("start", "promote", "abort", "rollback"), { maxLength: 80 });
    fc.assert(
      fc.property(steps, (actions) => {
        let current = rollout();
        actions.forEach((action, index) => {
          const canary = action === "start" ? "v2" : null;
          const next = nextGeneration(current, "bot", change({ action, canary, at: START + index + 1 }));
          expect(next.generation).toBe(current.generation + 1);
          expect(next.epochs.filter(({ to }) => to === null)).toEqual([next.epochs.at(-1)]);
          current = next;
        });
        expect(current.epochs.length).toBeLessThanOrEqual(20);
        expect(current.history.length).toBeLessThanOrEqual(50);
        expect(rolloutSchema.safeParse(current).success).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe("epochs", () => {
  const ended = nextGeneration(rollout(), "bot", change({ action: "abort", canary: null, at: START + 100 }));

  it.each([
    [START - 1, false],
    [START, true],
    [START + 99, true],
    [START + 100, false],
    [START + 1e9, false],
  ])("at %d has a canary: %s", (at, has) => {
    expect(canaryEpochAt(ended, at) !== undefined).toBe(has);
  });

  it("tell the canary that runs now from one that ran", () => {
    expect(runningCanary(rollout())).toMatchObject({ canary: "v2", id: 1, generation: 1 });
    expect(runningCanary(ended)).toBeUndefined();
  });
});
