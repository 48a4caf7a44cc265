import type { Clock, Every } from "@bellwether/client/timing";

/** A clock that moves when told to, and timers that fire when told to. */
export interface ManualTime {
  readonly clock: Clock;
  readonly every: Every;
  advance(ms: number): void;
  /** Fires every running timer once. */
  tick(): void;
  /** Timers that were not stopped. */
  timers(): number;
}

export function manualTime(start = Date.parse("2026-11-21T12:00:00Z")): ManualTime {
  let now = start;
  const timers = new Set<() => void>();
  return {
    clock: { wall: () => now, monotonic: () => now },
    every: (run) => {
      timers.add(run);
      return () => timers.delete(run);
    },
    advance: (ms) => {
      now += ms;
    },
    tick: () => {
      for (const run of timers) run();
    },
    timers: () => timers.size,
  };
}

/** A promise that settles when told to. */
export interface Gate<T> {
  readonly promise: Promise<T>;
  open(value: T): void;
  fail(error: unknown): void;
}

export function gate<T>(): Gate<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return { promise, open: resolve, fail: reject };
}
