import * as z from "zod";
import { type Ramp, rampSchema } from "./ramp.ts";

const instant = z.number().int();

/** A span of event time in which traffic was split one way. */
const epochSchema = z.object({
  from: instant,
  /** `null` while it lasts. */
  to: instant.nullable(),
  stable: z.string(),
  canary: z.string().nullable(),
  share: z.number().min(0).max(1),
  generation: z.number().int(),
});

const intentSchema = z.object({
  /** What moved the pointer; only a rollback is recorded and verified. */
  kind: z.enum(["rollback", "advance", "promote"]).default("rollback"),
  /** Next step of the procedure; every step is safe to repeat. */
  step: z.enum(["record", "page", "verify"]),
  at: instant,
  from: z.string(),
  to: z.string(),
  rule: z.string(),
  reason: z.string(),
  /** Generation that was judged, and whose finding is the evidence. */
  judged: z.number().int(),
  verifyAt: instant,
});

const historySchema = z.object({
  generation: z.number().int(),
  at: instant,
  action: z.enum(["start", "advance", "promote", "abort", "rollback"]),
  stable: z.string(),
  canary: z.string().nullable(),
  share: z.number(),
  by: z.string(),
  reason: z.string(),
});

/** The rollout pointer of an app: which version is stable, which is the canary, and who gets it. */
export const rolloutSchema = z.object({
  app: z.string().min(1),
  stable: z.string().min(1),
  canary: z.string().min(1).nullable(),
  share: z.number().min(0).max(1),
  salt: z.string(),
  /** What keeps its version; a finer unit is more independent, a coarser one less surprising. */
  unit: z.enum(["user", "session", "request"]).default("user"),
  /** Steps of a canary that moves by itself, and the one it is at; null when people move it. */
  ramp: rampSchema.extend({ step: z.number().int().nonnegative() }).nullable().default(null),
  /** Raised by every change; the compare-and-set key. */
  generation: z.number().int().nonnegative(),
  epochs: z.array(epochSchema),
  history: z.array(historySchema),
  intent: intentSchema.nullable(),
});

export type Rollout = z.infer<typeof rolloutSchema>;
export type Epoch = z.infer<typeof epochSchema>;
export type RollbackIntent = z.infer<typeof intentSchema>;

const EPOCHS_KEPT = 20;
const HISTORY_KEPT = 50;

export interface RolloutChange {
  readonly at: number;
  readonly action: "start" | "advance" | "promote" | "abort" | "rollback";
  readonly stable: string;
  readonly canary: string | null;
  readonly share: number;
  readonly by: string;
  readonly reason: string;
  /** Of a start: the steps to take, the first of which is `share`. */
  readonly ramp?: Ramp;
  readonly unit?: Rollout["unit"];
}

function rampAfter(current: Rollout | undefined, { action, ramp }: RolloutChange): Rollout["ramp"] {
  if (action === "start") return ramp === undefined ? null : { ...ramp, step: 0 };
  if (action !== "advance" || current?.ramp == null) return null;
  return { ...current.ramp, step: current.ramp.step + 1 };
}

/** The next generation of a rollout: closes the running epoch at `change.at` and opens a new one. */
export function nextGeneration(current: Rollout | undefined, app: string, change: RolloutChange): Rollout {
  const generation = (current?.generation ?? 0) + 1;
  const { at, action, stable, canary, share, by, reason } = change;
  const closed = (current?.epochs ?? []).map((epoch) => (epoch.to === null ? { ...epoch, to: at } : epoch));
  return {
    app,
    stable,
    canary,
    share: canary === null ? 0 : share,
    salt: action === "start" || current === undefined ? `${app}#${generation}` : current.salt,
    unit: change.unit ?? current?.unit ?? "user",
    ramp: rampAfter(current, change),
    generation,
    epochs: [
      ...closed,
      { from: at, to: null, stable, canary, share: canary === null ? 0 : share, generation },
    ].slice(-EPOCHS_KEPT),
    history: [
      ...(current?.history ?? []),
      { generation, at, action, stable, canary, share, by, reason },
    ].slice(-HISTORY_KEPT),
    intent: current?.intent ?? null,
  };
}

/** Epoch of event time `at` with a running canary, if there is one. */
export function canaryEpochAt(
  rollout: Rollout,
  at: number,
): (Epoch & { readonly canary: string }) | undefined {
  for (const epoch of rollout.epochs) {
    const { canary } = epoch;
    if (canary !== null && at >= epoch.from && (epoch.to === null || at < epoch.to))
      return { ...epoch, canary };
  }
  return undefined;
}

/** A canary from its start to now: one run, whatever shares it had. */
export interface CanaryRun {
  /** Generation that started it. */
  readonly id: number;
  readonly from: number;
  readonly stable: string;
  readonly canary: string;
  /** Present share, and since when. */
  readonly share: number;
  readonly shareSince: number;
  /** Generation of the pointer now. */
  readonly generation: number;
  /** Shares in time order; the last has no end. */
  readonly epochs: readonly Epoch[];
}

/** The canary that is running now, if any. */
export function runningCanary(rollout: Rollout): CanaryRun | undefined {
  const last = rollout.epochs.at(-1);
  if (last === undefined || last.to !== null || last.canary === null) return undefined;
  const { canary, stable } = last;
  const same = (epoch: Epoch): boolean => epoch.canary === canary && epoch.stable === stable;
  const begins = rollout.epochs.findLastIndex((epoch) => !same(epoch)) + 1;
  const epochs = rollout.epochs.slice(begins);
  const first = epochs[0] ?? last;
  return {
    id: first.generation,
    from: first.from,
    stable,
    canary,
    share: last.share,
    shareSince: last.from,
    generation: rollout.generation,
    epochs,
  };
}
