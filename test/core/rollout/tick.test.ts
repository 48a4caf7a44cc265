import { nextGeneration } from "@bellwether/core/rollout/document";
import { rampSchema } from "@bellwether/core/rollout/ramp";
import { tickApp } from "@bellwether/core/rollout/tick";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { foldDirty } from "@bellwether/core/windows/fold-dirty";
import { describe, expect, it } from "vitest";
import { range, START } from "./arms.ts";
import { calls, LAG_MS, type MemoryState, memoryState, STAGE } from "./memory-state.ts";
import { change, rollout } from "./rollouts.ts";

const HOUR = 3_600_000;
const tick = (state: MemoryState, now: number) => tickApp("bot", now, STAGE, state.deps);
/** First instant at which everything before `at` lies behind the watermark. */
const past = (at: number): number => at + LAG_MS;

/** A day of stable, then `hours` of both arms; the canary fails `errors` of 20 calls. */
function traffic(state: MemoryState, hours: number, errors: number): void {
  for (const hour of range(24)) state.write(calls("v1", START - (hour + 1) * HOUR, 20), `day-${hour}`);
  for (const hour of range(hours)) {
    state.write(calls("v1", START + hour * HOUR, 80), `s-${hour}`);
    state.write(calls("v2", START + hour * HOUR, 20, errors), `c-${hour}`);
  }
}

describe("an app without a canary", () => {
  it("has the verdict 0 and is settled for ever", async () => {
    expect(await tick(memoryState(), START)).toEqual({ verdict: 0, logE: undefined, settledUntil: null });
    const over = nextGeneration(rollout(), "bot", change({ action: "promote", canary: null }));
    expect(await tick(memoryState(over), START)).toEqual({ verdict: 0, logE: undefined, settledUntil: null });
  });

  it("whose canary starts later is looked at then", async () => {
    const state = memoryState(rollout());
    expect(await tick(state, START - 1)).toEqual({ verdict: 0, logE: undefined, settledUntil: START });
    expect(state.findings.size).toBe(0);
  });
});

describe("a canary that is fine", () => {
  it("is judged from the folds and leaves no mark behind", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 0);
    const result = await tick(state, past(START + 6 * HOUR));
    expect(result).toMatchObject({ verdict: 0, settledUntil: null });
    expect(state.findings.get(1)).toMatchObject({
      status: "healthy",
      watermark: START + 6 * HOUR,
      evidenceFrom: START,
    });
    expect(state.marks.size).toBe(0);
    expect(state.raised).toEqual([]);
    expect([...state.lake.values()].flat()).toMatchObject([{ status: "healthy", generation: 1, app: "bot" }]);
  });

  it("is not folded and judged twice within one watermark", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 0);
    const now = past(START + 6 * HOUR);
    await tick(state, now);
    const reads = state.read.length;
    expect(await tick(state, now + 60_000)).toMatchObject({
      verdict: 0,
      settledUntil: START + 6 * HOUR + BUCKET_MS + LAG_MS,
    });
    expect(state.read).toHaveLength(reads);
  });

  it("is judged again when late records dirty an old bucket, and with the frozen baseline", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 0);
    await tick(state, past(START + 6 * HOUR));
    const baseline = state.baselines.get(1);
    state.write(calls("v2", START, 30, 30, "late"), "late");
    state.write(calls("v1", START - HOUR, 500, 0, "later"), "later");
    const result = await tick(state, past(START + 6 * HOUR + BUCKET_MS));
    expect(result.verdict).toBe(1);
    expect(state.findings.get(1)?.arms.canary).toMatchObject({ requests: 150, errors: 30 });
    expect(state.baselines.get(1)).toBe(baseline);
  });

  it("has no verdict before stable is known, and says so", async () => {
    const state = memoryState(rollout());
    state.write(calls("v2", START, 50, 50), "c");
    expect(await tick(state, past(START + HOUR))).toMatchObject({ verdict: 0, logE: 0 });
    expect(state.findings.get(1)?.status).toBe("not_enough_data");
    expect(state.baselines.size).toBe(0);
  });
});

describe("the lake", () => {
  it("keeps a finding an hour, and every change of its answer", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 0);
    for (const minutes of [0, 5, 10, 65]) {
      state.write(calls("v1", START, 80), `again-${minutes}`);
      await tick(state, past(START + 6 * HOUR) + minutes * 60_000);
    }
    expect(state.lake.size).toBe(2);
    state.write(calls("v2", START, 30, 30, "late"), "late");
    await tick(state, past(START + 6 * HOUR) + 70 * 60_000);
    expect([...state.lake.values()].flat()).toMatchObject([
      { status: "healthy" },
      { status: "healthy" },
      { status: "breach" },
    ]);
  });
});

describe("a canary that fails", () => {
  it("rings once a tick while the verdict stands", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 5);
    const now = past(START + 6 * HOUR);
    const rings = 'canary verdict {"app":"bot","generation":1}';
    expect(await tick(state, now)).toMatchObject({ verdict: 1, settledUntil: now });
    expect(await tick(state, now + 60_000)).toMatchObject({ verdict: 1 });
    expect(state.raised).toEqual([rings, rings]);
  });

  it("is not judged on a bucket that is still open", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 0);
    await tick(state, past(START + 6 * HOUR));
    state.write(calls("v1", START + 6 * HOUR, 400), "open");
    state.write(calls("v2", START + 6 * HOUR, 100, 100), "open");
    const result = await tick(state, past(START + 6 * HOUR + BUCKET_MS) - 1);
    expect(result.verdict).toBe(0);
    expect(state.marks.size).toBe(1);
    expect(await tick(state, past(START + 6 * HOUR + BUCKET_MS))).toMatchObject({ verdict: 1 });
  });

  it("says when the open bucket will close", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 0);
    state.write(calls("v2", START + 6 * HOUR + 2 * BUCKET_MS, 5), "open");
    const result = await tick(state, past(START + 6 * HOUR));
    expect(result.settledUntil).toBe(past(START + 6 * HOUR + 3 * BUCKET_MS));
  });

  it("together with stable pages once and holds", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 5);
    for (const hour of range(6)) state.write(calls("v1", START + hour * HOUR, 80, 20), `bad-${hour}`);
    const now = past(START + 6 * HOUR);
    expect(await tick(state, now)).toMatchObject({ verdict: 0 });
    state.write(calls("v1", START, 80, 20), "again");
    expect(await tick(state, now + BUCKET_MS)).toMatchObject({ verdict: 0 });
    expect(state.findings.get(1)?.status).toBe("shared_breach");
    expect(state.raised).toHaveLength(1);
  });
});

describe("a canary on a ramp", () => {
  const ramp = (maxHours: number) =>
    rampSchema.parse({
      steps: [0.2, 0.5].map((share) => ({ share, minMinutes: 60, minJudged: 0, minEvidence: 0 })),
      maxHours,
    });
  const ring = 'canary verdict {"app":"bot","generation":1}';

  it("rings for its step until it was taken", async () => {
    const state = memoryState(rollout({ ramp: ramp(72) }));
    traffic(state, 6, 0);
    const now = past(START + 6 * HOUR);
    expect(await tick(state, now)).toMatchObject({ verdict: 0, settledUntil: now });
    await tick(state, now + 60_000);
    expect(state.raised).toEqual([ring, ring]);
  });

  it("goes on with its evidence, its baseline and its finding after a step", async () => {
    const first = rollout({ ramp: ramp(72) });
    const state = memoryState(first);
    traffic(state, 6, 1);
    for (const hour of range(6)) state.write(calls("v1", START + hour * HOUR, 80, 1), `ok-${hour}`);
    await tick(state, past(START + 6 * HOUR));
    const before = state.findings.get(1);
    expect(before).toMatchObject({ run: 1, generation: 1, status: "healthy" });
    const errors = (finding = before) =>
      finding?.evidence.find(({ name }) => name === "error_rate")?.logE ?? 0;
    expect(errors()).toBeGreaterThan(0);

    const baseline = state.baselines.get(1);
    state.rollout = nextGeneration(
      first,
      "bot",
      change({ action: "advance", share: 0.5, at: START + 6 * HOUR }),
    );
    for (const hour of [6, 7]) {
      state.write(calls("v1", START + hour * HOUR, 50, 1), `s-${hour}`);
      state.write(calls("v2", START + hour * HOUR, 50, 2), `c-${hour}`);
    }
    await tick(state, past(START + 8 * HOUR));
    const after = state.findings.get(1);
    expect([...state.findings.keys()]).toEqual([1]);
    expect(after).toMatchObject({
      run: 1,
      generation: 2,
      startedAt: START,
      share: 0.5,
      epochs: [
        { from: START, share: 0.2 },
        { from: START + 6 * HOUR, share: 0.5 },
      ],
      arms: { canary: { requests: 220, errors: 10 }, stable: { requests: 580, errors: 8 } },
    });
    expect(errors(after)).toBeGreaterThan(errors());
    expect(state.baselines).toEqual(new Map([[1, baseline]]));
  });

  it("is judged at its new share at once, also when nothing new has come", async () => {
    const first = rollout({ ramp: ramp(72) });
    const state = memoryState(first);
    traffic(state, 6, 0);
    await tick(state, past(START + 6 * HOUR));
    state.rollout = nextGeneration(
      first,
      "bot",
      change({ action: "advance", share: 0.5, at: START + 6 * HOUR }),
    );
    await tick(state, past(START + 6 * HOUR) + 60_000);
    expect(state.findings.get(1)).toMatchObject({ generation: 2, share: 0.5 });
  });

  it.each([
    ["that nobody calls any more", 6],
    ["that nobody ever called", 0],
  ])("%s is reported once when its patience ends", async (_what, hours) => {
    const first = rollout({ ramp: ramp(24) });
    // On its last step, whose promotion it cannot earn.
    const state = memoryState({ ...first, ramp: first.ramp && { ...first.ramp, step: 1 } });
    traffic(state, hours, 0);
    const end = past(START + 24 * HOUR + BUCKET_MS);
    expect(await tick(state, past(START + 6 * HOUR))).toMatchObject({ settledUntil: end });
    expect(await tick(state, end - 1)).toMatchObject({ settledUntil: end });
    expect(state.raised).toEqual([]);
    expect(await tick(state, end)).toMatchObject({ verdict: 0, settledUntil: null });
    await tick(state, end + BUCKET_MS);
    await tick(state, end + 2 * BUCKET_MS);
    expect(state.raised).toEqual([ring]);
  });
});

describe("marks", () => {
  it("that are written while a bucket is folded stay", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 0);
    const readBucket: typeof state.deps.readBucket = async (app, bucket) => {
      const items = await state.deps.readBucket(app, bucket);
      if (bucket === START) state.write(calls("v2", START, 30, 30, "late"), "meanwhile");
      return items;
    };
    await tickApp("bot", past(START + 6 * HOUR), STAGE, { ...state.deps, readBucket });
    expect([...state.marks]).toEqual([[START, new Set(["meanwhile"])]]);
    expect(await tick(state, past(START + 6 * HOUR + BUCKET_MS))).toMatchObject({ verdict: 1 });
  });

  it("go with the folds: a tick that dies before its finding is stored is made up for by the next one", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 5);
    const saveFinding = async () => {
      throw new Error("dead");
    };
    await expect(
      tickApp("bot", past(START + 6 * HOUR), STAGE, { ...state.deps, saveFinding }),
    ).rejects.toThrow("dead");
    expect(state.marks.size).toBe(0);
    expect(state.findings.size).toBe(0);
    expect(await tick(state, past(START + 6 * HOUR) + 60_000)).toMatchObject({ verdict: 1 });
  });

  it("are kept when the tick dies before its folds are noted", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 5);
    const marks = state.marks.size;
    const noteFolded = async () => {
      throw new Error("dead");
    };
    await expect(
      tickApp("bot", past(START + 6 * HOUR), STAGE, { ...state.deps, noteFolded }),
    ).rejects.toThrow("dead");
    expect(state.marks.size).toBe(marks);
    expect(await tick(state, past(START + 6 * HOUR) + 60_000)).toMatchObject({ verdict: 1 });
    expect(state.marks.size).toBe(0);
  });

  it("that another function cleared are noticed by the note it left", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 0);
    const now = past(START + 6 * HOUR);
    expect(await tick(state, now)).toMatchObject({ verdict: 0 });
    state.write(calls("v2", START, 30, 30, "late"), "late");
    await foldDirty("bot", { from: START, until: START + HOUR, now }, state.deps);
    expect(state.marks.size).toBe(0);
    expect(await tick(state, now + BUCKET_MS)).toMatchObject({ verdict: 1 });
  });

  it("of a backlog are worked off oldest first over several ticks", async () => {
    const state = memoryState(rollout());
    traffic(state, 6, 5);
    // 3,000 writers of one old bucket fill a tick's reading; what is newer waits.
    for (const n of range(3_000)) state.write(calls("v1", START - 24 * HOUR, 20), `w-${n}`);
    const now = past(START + 6 * HOUR);
    expect(await tick(state, now)).toMatchObject({ verdict: 0, settledUntil: now });
    expect(state.findings.get(1)).toMatchObject({ status: "not_enough_data", watermark: START - 24 * HOUR });
    expect(await tick(state, now + 60_000)).toMatchObject({ verdict: 1 });
    expect(state.marks.size).toBe(0);
  });
});

describe("an unfinished rollback", () => {
  const done = (step: "record" | "page" | "verify") => ({
    ...nextGeneration(rollout(), "bot", change({ action: "rollback", canary: null, at: START + HOUR })),
    intent: {
      kind: "rollback" as const,
      step,
      at: START + HOUR,
      from: "v2",
      to: "v1",
      rule: "r",
      reason: "",
      judged: 1,
      verifyAt: START + 2 * HOUR,
    },
  });

  it.each(["record", "page"] as const)("is pushed on at once at the step %s", async (step) => {
    const state = memoryState(done(step));
    expect(await tick(state, START + HOUR)).toEqual({
      verdict: 0,
      logE: undefined,
      settledUntil: START + HOUR,
    });
    expect(state.raised).toHaveLength(1);
  });

  it("waits for the end of the bake and its records before it is verified, with the folds up to date", async () => {
    const state = memoryState(done("verify"));
    state.write(calls("v1", START + HOUR, 50), "s");
    const due = past(START + 2 * HOUR);
    expect(await tick(state, due - 1)).toMatchObject({ settledUntil: due });
    expect(state.raised).toEqual([]);
    await tick(state, due);
    expect(state.raised).toHaveLength(1);
    expect(state.folds.has(START + HOUR)).toBe(true);
    expect(state.marks.size).toBe(0);
  });
});
