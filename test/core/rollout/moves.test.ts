import type { Rollout } from "@bellwether/core/rollout/document";
import type { Finding } from "@bellwether/core/rollout/finding";
import { rampSchema } from "@bellwether/core/rollout/ramp";
import { rollBack } from "@bellwether/core/rollout/roll-back";
import { describe, expect, it } from "vitest";
import { bucket, range } from "./arms.ts";
import { STAGE } from "./memory-state.ts";
import { bad, findingOf, NOW, revived, ring, VERIFIED, world } from "./rollback-world.ts";
import { rollout } from "./rollouts.ts";

/** A healthy canary that did what its step asks for. */
const healthy: Finding = {
  ...findingOf(range(8).map((hour) => bucket(hour * 12, { n: 80 }, { n: 20 }))),
  promotion: (["avg_quality_score", "error_rate"] as const).map((name) => ({ name, margin: 0.02, logE: 5 })),
};
const ramp = rampSchema.parse({
  steps: [0.2, 0.5].map((share) => ({ share, minMinutes: 60, minJudged: 0 })),
});
/** On its first step, and on its last. */
const first = rollout({ ramp });
const last: Rollout = { ...first, ramp: first.ramp && { ...first.ramp, step: 1 } };

describe.each([
  {
    kind: "advance",
    start: first,
    after: { stable: "v1", canary: "v2", share: 0.5, generation: 2, ramp: { step: 1 }, salt: first.salt },
    title: "bot: canary v2 goes to 50 % of traffic",
    told: [],
  },
  {
    kind: "promote",
    start: last,
    after: { stable: "v2", canary: null, share: 0, generation: 2, ramp: null },
    title: "bot: v2 is promoted, v1 is retired",
    told: [`promotion v2 ${NOW}: every guardrail is within its margin`],
  },
] as const)("a canary that earned its move ($kind)", ({ kind, start, after, title, told }) => {
  const key = `${kind}/bot/2`;

  it("is moved, people and the registry are told, and nothing is left to do", async () => {
    const w = world(start, healthy);
    expect(await ring(w)).toMatchObject({ action: kind });
    expect(w.rollout).toMatchObject({ ...after, intent: null });
    expect(w.rollout?.history.at(-1)).toMatchObject({ action: kind, by: "bellwether", at: NOW });
    expect([...w.notices]).toMatchObject([[key, { title, severity: "info", generation: 2 }]]);
    expect(w.told).toEqual(told);
    // No rollback: nothing is recorded as one, and nothing is verified.
    await ring(w, VERIFIED);
    expect([w.written.size, w.sent.length, w.moves.length]).toEqual([0, 1, 1]);
  });

  it("is moved once by a hundred doorbells", async () => {
    const w = world(start, healthy);
    const answers = await Promise.all(range(100).map(() => ring(w)));
    expect(w.moves).toEqual([2]);
    expect([...w.notices.keys()]).toEqual([key]);
    expect(new Set(w.told)).toEqual(new Set(told));
    expect(answers.filter(({ action }) => action === kind)).toHaveLength(1);
    for (const { action, rule } of answers)
      if (action !== kind) expect(["lost_race", "no_canary", "stale_finding"]).toContain(rule);
  });

  it.each(
    range(4).flatMap(
      (at) =>
        [
          [at, false],
          [at, true],
        ] as const,
    ),
  )("survives a death at write %d (after it: %s): one move, one notice by its key", async (at, afterIt) => {
    const w = world(start, healthy, at, afterIt);
    await ring(w).catch(() => undefined);
    const again = revived(w, healthy);
    await ring(again, NOW + 60_000);
    await ring(again, NOW + 120_000);
    expect(again.moves).toEqual([2]);
    expect(again.rollout).toMatchObject({ ...after, intent: null });
    expect([...again.notices.keys()]).toEqual([key]);
    expect(again.told.length > 0).toBe(kind === "promote");
  });
});

describe("a registry", () => {
  const down = async () => {
    throw new Error("throttled");
  };

  it.each([
    ["a rollback", rollout(), bad, "noteRollback", "rollback/bot/2"],
    ["a promotion", last, healthy, "notePromotion", "promote/bot/2"],
  ] as const)(
    "that is down keeps nobody from hearing of %s, and is told later",
    async (_what, start, evidence, verb, key) => {
      const w = world(start, evidence);
      for (let minute = 0; minute < 3; minute++)
        await expect(
          rollBack("bot", NOW + minute * 60_000, STAGE, { ...w.deps, [verb]: down }),
        ).rejects.toThrow("throttled");
      expect([...w.notices.keys()]).toEqual([key]);
      expect(w.moves).toEqual([2]);
      expect(w.rollout?.intent).not.toBeNull();
      await ring(w, NOW + 180_000);
      expect(w.told).toHaveLength(1);
      // The instant of the move, not of the repetition.
      expect(w.told[0]).toContain(` ${NOW}: `);
      expect([...w.notices.keys()]).toEqual([key]);
      expect(w.moves).toEqual([2]);
    },
  );
});

describe("evidence that cannot be written", () => {
  it("keeps nobody from being paged, and is written when the lake is back", async () => {
    const w = world(rollout(), bad);
    const writeLake = async () => {
      throw new Error("no lake");
    };
    await expect(rollBack("bot", NOW, STAGE, { ...w.deps, writeLake })).rejects.toThrow("no lake");
    expect(w.rollout).toMatchObject({ canary: null, generation: 2, intent: { step: "record" } });
    expect([...w.notices.keys()]).toEqual(["rollback/bot/2"]);
    await ring(w, NOW + 60_000);
    expect([...w.written.keys()]).toEqual(["rollbacks_log/rollback/bot/2"]);
    expect(w.sent).toEqual(["rollback/bot/2"]);
  });
});

describe("a promotion while an alarm rings", () => {
  it("is one or the other: whoever comes second finds the pointer moved", async () => {
    for (const order of [
      [healthy, findingOf(bad)],
      [findingOf(bad), healthy],
    ] as const) {
      const w = world(last, healthy);
      const answers = await Promise.all(
        order.flatMap((finding) =>
          range(50).map(() => rollBack("bot", NOW, STAGE, { ...w.deps, getFinding: async () => finding })),
        ),
      );
      expect(w.moves).toEqual([2]);
      const moved = answers.filter(({ action }) => action === "promote" || action === "rollback");
      expect(moved).toHaveLength(1);
      expect(w.rollout?.stable).toBe(moved[0]?.action === "promote" ? "v2" : "v1");
      expect(w.notices.size).toBe(1);
    }
  });

  it("does not happen on evidence against the canary, however well it did before", async () => {
    const breach = { ...findingOf(bad), promotion: healthy.promotion };
    const w = world(last, breach);
    expect(await ring(w)).toMatchObject({ action: "rollback" });
    expect(w.rollout).toMatchObject({ stable: "v1", canary: null });
  });
});

describe("a page", () => {
  it("about the split, or the end of patience, pages once and holds", async () => {
    const late = { ...first, ramp: first.ramp && { ...first.ramp, maxHours: 7 } };
    for (const [start, finding, key] of [
      [
        first,
        { ...healthy, status: "split_mismatch", rule: "sample_ratio" },
        "split_mismatch/bot/1/sample_ratio",
      ],
      [late, healthy, "overdue/bot/1/overdue"],
    ] as const) {
      const w = world(start, finding);
      for (let n = 0; n < 3; n++) expect(await ring(w)).toMatchObject({ action: "page_and_hold" });
      expect([...w.notices.keys()]).toEqual([key]);
      expect(w.moves).toEqual([]);
    }
  });
});
