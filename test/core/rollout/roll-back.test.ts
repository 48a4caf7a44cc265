import { nextGeneration } from "@bellwether/core/rollout/document";
import { describe, expect, it } from "vitest";
import { POLICY, range } from "./arms.ts";
import { LAG_MS } from "./memory-state.ts";
import { bad, NOW, revived, ring, shared, VERIFIED, world } from "./rollback-world.ts";
import { change, rollout } from "./rollouts.ts";

describe("a breach", () => {
  it("moves the pointer, records, pages, and later verifies", async () => {
    const w = world(rollout(), bad);
    expect(await ring(w)).toMatchObject({ action: "rollback", rule: "high_error_rate" });
    expect(w.rollout).toMatchObject({
      stable: "v1",
      canary: null,
      share: 0,
      generation: 2,
      intent: { step: "verify" },
    });
    expect([...w.notices.keys()]).toEqual(["rollback/bot/2"]);
    expect([...w.written.keys()]).toEqual(["rollbacks_log/rollback/bot/2"]);
    expect(w.told).toEqual([`rollback v2 ${NOW}: ${w.rollout?.intent?.reason}`]);
    await ring(w, VERIFIED - 1);
    expect(w.rollout?.intent?.step).toBe("verify");
    await ring(w, VERIFIED);
    expect(w.rollout?.intent).toBeNull();
    expect([...w.notices.keys()]).toEqual(["rollback/bot/2", "recovery/bot/2"]);
    expect(w.written.get("postmortems/bot/2.md")).toContain("bake ended: recovered");
  });

  it("is answered once, however many alarms ring at the same time", async () => {
    const w = world(rollout(), bad);
    const answers = await Promise.all(range(100).map(() => ring(w)));
    expect(w.moves).toEqual([2]);
    expect(w.notices.size).toBe(1);
    for (const { rule } of answers) expect(["high_error_rate", "lost_race", "no_canary"]).toContain(rule);
    expect(answers.filter(({ action }) => action === "rollback")).toHaveLength(1);
  });

  it.each(
    range(8).flatMap(
      (at) =>
        [
          [at, false],
          [at, true],
        ] as const,
    ),
  )(
    "survives a death at write %d (after it: %s): one move, one page, one record, one verification",
    async (at, after) => {
      const w = world(rollout(), bad, at, after);
      await ring(w).catch(() => undefined);
      await ring(w, VERIFIED).catch(() => undefined);
      const again = revived(w, bad);
      await ring(again, VERIFIED + 1);
      await ring(again, VERIFIED + 1 + POLICY.bake + LAG_MS);
      await ring(again, VERIFIED + 2 + POLICY.bake + LAG_MS);
      expect(again.moves).toEqual([2]);
      expect([...again.notices.keys()].toSorted()).toEqual(["recovery/bot/2", "rollback/bot/2"]);
      expect([...again.written.keys()].toSorted()).toEqual([
        "postmortems/bot/2.md",
        "rollbacks_log/rollback/bot/2",
      ]);
      expect(new Set(again.told).size).toBe(1);
      expect(again.told[0]).toMatch(/^rollback v2 /);
      expect(again.rollout?.intent).toBeNull();
    },
  );
});

describe("anything else", () => {
  it("that stable shares pages once and holds", async () => {
    const w = world(rollout(), shared);
    for (let n = 0; n < 3; n++) expect(await ring(w)).toMatchObject({ action: "page_and_hold" });
    expect([...w.notices.keys()]).toEqual(["shared/bot/1/high_error_rate"]);
    expect(w.moves).toEqual([]);
  });

  it("without a rollout, without a canary or without a finding holds", async () => {
    expect(await ring(world(undefined, bad))).toMatchObject({ action: "hold", rule: "no_rollout" });
    expect(await ring(world(rollout({ canary: null, action: "abort" }), bad))).toMatchObject({
      rule: "no_canary",
    });
    const restarted = nextGeneration(rollout({ canary: null, action: "abort" }), "bot", change());
    expect(await ring(world(restarted, bad))).toMatchObject({ rule: "no_finding" });
    expect(await ring(world({ ...rollout(), generation: 7 }, bad))).toMatchObject({ rule: "stale_finding" });
  });
});
