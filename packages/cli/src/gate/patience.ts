import { setTimeout as sleep } from "node:timers/promises";

/** How long an outage is waited for. */
export interface Patience {
  /** Waits between attempts, ms; one more attempt than waits is made. */
  readonly waitsMs: readonly number[];
  /** Hears of every wait. */
  readonly onWait?: (ms: number, reason: string) => void;
}

/** About two minutes: 1, 2, 4, 8, 16, 30, 30 and 30 s. */
export const PATIENCE: Patience = { waitsMs: [1, 2, 4, 8, 16, 30, 30, 30].map((s) => s * 1_000) };

interface Unavailable {
  readonly kind: "unavailable";
  readonly reason: string;
  /** No waiting helps. */
  readonly final: boolean;
}

/** Calls until something but an outage is answered, at most once more than there are waits; stops waiting when aborted. */
export async function withPatience<T extends { readonly kind: string }>(
  call: () => Promise<T | Unavailable>,
  { waitsMs, onWait }: Patience,
  signal: AbortSignal,
): Promise<T | Unavailable> {
  for (let attempt = 0; ; attempt++) {
    const result = await call();
    const wait = waitsMs[attempt];
    if (!isUnavailable(result) || result.final || wait === undefined || signal.aborted) return result;
    onWait?.(wait, result.reason);
    try {
      await sleep(wait, undefined, { signal });
    } catch {
      return { ...result, reason: "stopped" }; // aborted while it waited
    }
  }
}

const isUnavailable = (result: { readonly kind: string }): result is Unavailable =>
  result.kind === "unavailable";
