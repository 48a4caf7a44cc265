import {
  nextGeneration,
  type Rollout,
  rolloutSchema,
  runningCanary,
} from "@bellwether/core/rollout/document";
import { rampSchema } from "@bellwether/core/rollout/ramp";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { range, START } from "./arms.ts";
import { change, rollout } from "./rollouts.ts";

const next = (current: Rollout, rest: Parameters<typeof change>[0]): Rollout =>
  nextGeneration(current, "bot", change(rest));
const advance = (current: Rollout, at: number, share: number): Rollout =>
  next(current, { action: "advance", at, share });

describe("a running canary", () => {
  it("is one run over all its shares: known by its first generation, judged at the present one", () => {
    const now = advance(advance(rollout({ share: 0.05 }), START + 10, 0.25), START + 30, 0.5);
    expect(runningCanary(now)).toEqual({
      id: 1,
      from: START,
      stable: "v1",
      canary: "v2",
      share: 0.5,
      shareSince: START + 30,
      generation: 3,
      epochs: [
        { from: START, to: START + 10, stable: "v1", canary: "v2", share: 0.05, generation: 1 },
        { from: START + 10, to: START + 30, stable: "v1", canary: "v2", share: 0.25, generation: 2 },
        { from: START + 30, to: null, stable: "v1", canary: "v2", share: 0.5, generation: 3 },
      ],
    });
  });

  it.each([
    ["an abort", next(rollout(), { action: "abort", canary: null, at: START + 5 })],
    ["a rollback", next(rollout(), { action: "rollback", canary: null, at: START + 5 })],
    ["a promotion", next(rollout(), { action: "promote", stable: "v2", canary: null, at: START + 5 })],
  ])("ends with %s", (_what, ended) => {
    expect(runningCanary(ended)).toBeUndefined();
  });

  it.each([
    ["the same version tried again", { stable: "v1", canary: "v2" }],
    ["another canary", { stable: "v1", canary: "v3" }],
  ])("is another run for %s, with nothing of the first", (_what, names) => {
    const ended = next(advance(rollout(), START + 5, 0.4), { action: "abort", canary: null, at: START + 9 });
    const again = next(ended, { ...names, at: START + 20 });
    expect(runningCanary(again)).toMatchObject({ id: 4, from: START + 20, shareSince: START + 20 });
    expect(runningCanary(again)?.epochs).toHaveLength(1);
  });

  it("does not join a canary that replaces another without a pause", () => {
    const replaced = next(rollout(), { canary: "v3", at: START + 5 });
    expect(runningCanary(replaced)).toMatchObject({ id: 2, from: START + 5, canary: "v3" });
  });

  it("keeps its salt, its unit and its steps while it advances, and is another draw of users after", () => {
    const ramp = rampSchema.parse({ steps: [{ share: 0.1 }, { share: 0.3 }] });
    const first = rollout({ share: 0.1, ramp, unit: "session" });
    expect(first.ramp?.step).toBe(0);
    const second = advance(first, START + 5, 0.3);
    expect(second).toMatchObject({ salt: first.salt, unit: "session", ramp: { step: 1, steps: ramp.steps } });
    const ended = next(second, { action: "rollback", canary: null, at: START + 9 });
    expect(ended).toMatchObject({ ramp: null, unit: "session" });
    expect(next(ended, { at: START + 20 }).salt).not.toBe(first.salt);
  });

  it("is one run with contiguous shares however often it advances on a ramp, and stays readable", () => {
    const longest = range(20).map((n) => ({ share: (n + 1) / 40 }));
    expect(rampSchema.safeParse({ steps: [...longest, { share: 0.9 }] }).success).toBe(false);
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 19, maxLength: 19 }),
        (earlier, gaps) => {
          let current = rollout();
          let at = START;
          for (let n = 0; n < earlier; n++)
            current = next(current, {
              action: n % 2 === 0 ? "abort" : "start",
              canary: n % 2 === 0 ? null : "v2",
              at: ++at,
            });
          if (current.canary !== null) current = next(current, { action: "abort", canary: null, at: ++at });
          current = next(current, { at: ++at, ramp: rampSchema.parse({ steps: longest }), share: 1 / 40 });
          const { generation } = current;
          gaps.forEach((gap, n) => {
            at += gap;
            current = advance(current, at, (n + 2) / 40);
          });
          const run = runningCanary(rolloutSchema.parse(JSON.parse(JSON.stringify(current))));
          expect(run).toMatchObject({
            id: generation,
            share: 0.5,
            shareSince: at,
            generation: generation + 19,
          });
          expect(run?.epochs).toHaveLength(20);
          expect(run?.epochs.map(({ to }) => to)).toEqual([
            ...(run?.epochs.slice(1) ?? []).map(({ from }) => from),
            null,
          ]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
