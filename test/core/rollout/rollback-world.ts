import type { Notice } from "@bellwether/core/notices/notice";
import type { Rollout } from "@bellwether/core/rollout/document";
import { type Finding, findCanary } from "@bellwether/core/rollout/finding";
import { type RollbackDeps, rollBack } from "@bellwether/core/rollout/roll-back";
import { BUCKET_MS } from "@bellwether/core/windows/bucket";
import { foldItems } from "@bellwether/core/windows/fold";
import { BASELINE, bucket, EPOCH, POLICY, range, runOf, START } from "./arms.ts";
import { calls, LAG_MS, STAGE } from "./memory-state.ts";

const HOUR = 3_600_000;
export const NOW = START + 8 * HOUR;
export const bad = range(8).map((hour) => bucket(hour * 12, { n: 80 }, { n: 20, errors: 5 }));
export const shared = range(8).map((hour) => bucket(hour * 12, { n: 80, errors: 20 }, { n: 20, errors: 5 }));
export const findingOf = (buckets: typeof bad): Finding =>
  findCanary({
    app: "bot",
    run: runOf([{ ...EPOCH, generation: 1 }]),
    unit: "user",
    buckets,
    baseline: BASELINE,
    policy: POLICY,
    watermark: NOW,
    at: NOW,
    folds: null,
  });

export interface World {
  rollout: Rollout | undefined;
  finding: Finding;
  /** What the registry was told, and how often each page was sent. */
  readonly told: string[];
  readonly sent: string[];
  readonly moves: number[];
  readonly notices: Map<string, Notice>;
  readonly written: Map<string, string>;
  readonly deps: RollbackDeps;
}

/** Writes die from number `dieAt` on, before or after they took effect. */
export function world(
  start: Rollout | undefined,
  evidence: typeof bad | Finding,
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
  const state: Omit<World, "deps"> = {
    rollout: start,
    finding: "status" in evidence ? evidence : findingOf(evidence),
    told: [],
    sent: [],
    moves: [],
    notices: new Map(),
    written: new Map(),
  };
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
    getFinding: async (_app, generation) => (generation === 1 ? state.finding : undefined),
    readFolds: async () =>
      range(6).map((index) => {
        const start = NOW + index * BUCKET_MS;
        return { start, fold: foldItems([calls("v1", start, 50)]) };
      }),
    writeLake: (table, part, rows) =>
      write(() => void state.written.set(`${table}/${part}`, JSON.stringify(rows))),
    writeDocument: (key, text) => write(() => void state.written.set(key, text)),
    notify: (notice) =>
      write(() => {
        state.sent.push(notice.dedupeKey);
        state.notices.set(notice.dedupeKey, notice);
      }),
    noteRollback: (_app, version, reason, at) =>
      write(() => void state.told.push(`rollback ${version} ${at}: ${reason}`)),
    notePromotion: (_app, version, reason, at) =>
      write(() => void state.told.push(`promotion ${version} ${at}: ${reason}`)),
  };
  return Object.assign(state, { deps });
}

/** What a dead world left behind, in one that lives. */
export function revived(dead: World, evidence: typeof bad | Finding): World {
  const again = world(dead.rollout, evidence);
  again.moves.push(...dead.moves);
  again.told.push(...dead.told);
  again.sent.push(...dead.sent);
  for (const [key, notice] of dead.notices) again.notices.set(key, notice);
  for (const [key, text] of dead.written) again.written.set(key, text);
  return again;
}

export const ring = (w: World, now = NOW) => rollBack("bot", now, STAGE, w.deps);
export const VERIFIED = NOW + POLICY.bake + LAG_MS;
