import * as z from "zod";

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
  action: z.enum(["start", "promote", "abort", "rollback"]),
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
  readonly action: "start" | "promote" | "abort" | "rollback";
  readonly stable: string;
  readonly canary: string | null;
  readonly share: number;
  readonly by: string;
  readonly reason: string;
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

/** Epoch of the canary that is running now, if any. */
export function runningEpoch(rollout: Rollout): (Epoch & { readonly canary: string }) | undefined {
  const last = rollout.epochs.at(-1);
  return last === undefined || last.to !== null || last.canary === null
    ? undefined
    : { ...last, canary: last.canary };
}
