import type { Notice } from "@bellwether/core/notices/notice";
import type { Rollout } from "@bellwether/core/rollout/document";
import { findCanary } from "@bellwether/core/rollout/finding";
import { type RollbackDeps, rollBack } from "@bellwether/core/rollout/roll-back";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { foldItems } from "@bellwether/core/windows/fold";
import { describe, expect, it } from "vitest";
import { BASELINE, bucket, EPOCH, POLICY, range, START } from "./arms.ts";
import { calls, LAG_MS, STAGE } from "./memory-state.ts";
import { rollout } from "./rollouts.ts";

const HOUR = 3_600_000;
const NOW = START + 8 * HOUR;
const bad = range(8).map((hour) => bucket(hour * 12, { n: 80 }, { n: 20, errors: 5 }));
const shared = range(8).map((hour) => bucket(hour * 12, { n: 80, errors: 20 }, { n: 20, errors: 5 }));
const findingOf = (buckets: typeof bad) =>
  findCanary({
    app: "bot",
    epoch: { ...EPOCH, generation: 1 },
    buckets,
    baseline: BASELINE,
    policy: POLICY,
    watermark: NOW,
    at: NOW,
    folds: null,
  });

interface World {
  rollout: Rollout | undefined;
  readonly moves: number[];
  readonly notices: Map<string, Notice>;
  readonly written: Map<string, string>;
  readonly deps: RollbackDeps;
}

/** Writes die from number `dieAt` on, before or after they took effect. */
function world(
  start: Rollout | undefined,
  buckets: typeof bad,
  dieAt = Number.POSITIVE_INFINITY,
  after = false,
): World {
  let writes = 0;
  const write = async <T>(effect: () => T): Promise<T> => {
    const number = writes++;
    if (number > dieAt || (number === dieAt && !after)) throw new Error("dead");
    const result = effect();
    if (number === dieAt) throw new Error("dead");
    return result;
  };
  const state: Omit<World, "deps"> = { rollout: start, moves: [], notices: new Map(), written: new Map() };
  const deps: RollbackDeps = {
    getRollout: async () => state.rollout,
    putRollout: (next, expected) =>
      write(() => {
        const now = state.rollout;
        if (now?.generation !== expected.generation || (now.intent?.step ?? "none") !== expected.step)
          return false;
        if (next.generation !== now.generation) state.moves.push(next.generation);
        state.rollout = next;
        return true;
      }),
    getFinding: async (_app, generation) => (generation === 1 ? findingOf(buckets) : undefined),
    readFolds: async () =>
      range(6).map((index) => {
        const start = NOW + index * BUCKET_MS;
        return { start, fold: foldItems([calls("v1", start, 50)]) };
      }),
    writeLake: (table, part, rows) =>
      write(() => void state.written.set(`${table}/${part}`, JSON.stringify(rows))),
    writeDocument: (key, text) => write(() => void state.written.set(key, text)),
    notify: (notice) => write(() => void state.notices.set(notice.dedupeKey, notice)),
  };
  return Object.assign(state, { deps });
}

const ring = (w: World, now = NOW) => rollBack("bot", now, STAGE, w.deps);
const VERIFIED = NOW + POLICY.bake + LAG_MS;

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
    await ring(w, VERIFIED - 1);
    expect(w.rollout?.intent?.step).toBe("verify");
    await ring(w, VERIFIED);
    expect(w.rollout?.intent).toBeNull();
    expect([...w.notices.keys()]).toEqual(["rollback/bot/2", "recovery/bot/2"]);
    expect(w.written.get("postmortems/bot/2.md")).toContain("bake ended: recovered");
  });

  it("is answered once, however many alarms ring at the same time", async () => {
    const w = world(rollout(), bad);
    const answers = await Promise.all(range(8).map(() => ring(w)));
    expect(w.moves).toEqual([2]);
    expect(w.notices.size).toBe(1);
    for (const { rule } of answers) expect(["high_error_rate", "lost_race", "no_canary"]).toContain(rule);
    expect(answers.filter(({ action }) => action === "rollback")).toHaveLength(1);
  });

  it.each(
    range(6).flatMap(
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
      const again = world(w.rollout, bad);
      again.moves.push(...w.moves);
      for (const [key, notice] of w.notices) again.notices.set(key, notice);
      for (const [key, text] of w.written) again.written.set(key, text);
      await ring(again, VERIFIED + 1);
      await ring(again, VERIFIED + 1 + POLICY.bake + LAG_MS);
      await ring(again, VERIFIED + 2 + POLICY.bake + LAG_MS);
      expect(again.moves).toEqual([2]);
      expect([...again.notices.keys()].toSorted()).toEqual(["recovery/bot/2", "rollback/bot/2"]);
      expect([...again.written.keys()].toSorted()).toEqual([
        "postmortems/bot/2.md",
        "rollbacks_log/rollback/bot/2",
      ]);
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
    expect(await ring(world({ ...rollout(), generation: 7 }, bad))).toMatchObject({ rule: "no_finding" });
  });
});
