import { messageOf, type Report } from "./problems.ts";
import type { RolloutPointer } from "./route.ts";
import { type Every, withDeadline } from "./timing.ts";

export interface Pointer extends RolloutPointer {
  readonly generation: number;
}

export type PointerRead =
  | { readonly kind: "found"; readonly pointer: Pointer }
  | { readonly kind: "missing" }
  | { readonly kind: "invalid"; readonly detail: string };

/** How far a route can be trusted: read lately, last known while the store does not answer, or never read. */
export type PointerSource = "pointer" | "stale" | "fallback";

export interface PointerCache {
  /** The pointer known now, without any I/O; starts a refresh in the background when one is due. */
  current(): { readonly pointer: Pointer | undefined; readonly source: PointerSource };
  /** Waits for the refresh that is due or running, if any; whether the pointer is now fresh. Never rejects. */
  ready(): Promise<boolean>;
  stop(): void;
}

export interface PointerCacheOptions {
  readonly read: (signal: AbortSignal) => Promise<PointerRead>;
  readonly refreshMs: number;
  /** Wall clock, ms: a monotonic one may stand still while a Lambda is frozen. */
  readonly now: () => number;
  readonly every: Every;
  readonly report: Report;
}

/** Longest wait for one read, ms, the SDK's retries included. */
const READ_MS = 5_000;
/** After a failed read the next one starts this soon, ms. */
const RETRY_MS = 5_000;

type Outcome = PointerRead["kind"] | "failed";

/** Keeps a pointer in memory: read at once, then in the background, and kept for as long as reads fail. */
export function createPointerCache(options: PointerCacheOptions): PointerCache {
  const { read, refreshMs, now, every, report } = options;
  let known: { readonly pointer: Pointer; readonly at: number } | undefined;
  let startedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  /** Of the last read that ended. */
  let outcome: Outcome | undefined;

  const learn = (answer: PointerRead, at: number): void => {
    if (answer.kind === "found") known = { pointer: answer.pointer, at };
    if (answer.kind === "invalid") report("pointer_invalid", answer.detail);
    if (answer.kind === "missing") {
      // A canary without a document is one that nothing could roll back.
      if (known !== undefined) known = { ...known, pointer: { ...known.pointer, canary: null, share: 0 } };
      if (outcome !== "missing") report("pointer_missing", "the app has no rollout document");
    }
    outcome = answer.kind;
  };

  const start = (): void => {
    const at = now();
    startedAt = at;
    // An attempt that was given up (frozen with its Lambda) must not overwrite what a later one learned.
    const ifCurrent = (settle: () => void) => {
      if (running !== attempt) return;
      running = undefined;
      settle();
    };
    const attempt: Promise<void> = withDeadline(READ_MS, read).then(
      (answer) => ifCurrent(() => learn(answer, at)),
      (error: unknown) => {
        report("pointer_unreadable", messageOf(error));
        ifCurrent(() => {
          outcome = "failed";
        });
      },
    );
    running = attempt;
  };

  // A clock that was set back must not put refreshes off.
  const since = (at: number) => Math.abs(now() - at);
  const refreshIfDue = (): void => {
    const afterFailure = outcome === "failed" ? Math.min(refreshMs, RETRY_MS) : refreshMs;
    if (since(startedAt) >= (running === undefined ? afterFailure : Math.max(refreshMs, READ_MS))) start();
  };
  const isFresh = () => known !== undefined && outcome === "found" && since(known.at) <= 2 * refreshMs;

  start();
  // Half the interval: a tick that comes a millisecond early costs half an interval, not a whole one.
  const stop = every(refreshIfDue, refreshMs / 2);
  return {
    current: () => {
      refreshIfDue();
      const source = known === undefined ? "fallback" : isFresh() ? "pointer" : "stale";
      return { pointer: known?.pointer, source };
    },
    ready: async () => {
      refreshIfDue();
      await running;
      return isFresh();
    },
    stop,
  };
}
