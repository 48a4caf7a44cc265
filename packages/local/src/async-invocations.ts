import type { FunctionName } from "@bellwether/core/topology";

/** Lambda retries an asynchronous invocation twice, after one and after two minutes (Lambda guide, asynchronous invocation). */
const RETRY_DELAYS_MS = [60_000, 120_000] as const;

interface Pending {
  readonly name: FunctionName;
  readonly event: unknown;
  readonly attempt: number;
  /** Virtual time, ms. */
  readonly dueAt: number;
}

export interface AsyncInvocations {
  add(name: FunctionName, event: unknown, now: number): void;
  /** Runs the oldest invocation that is due; false when there is none. */
  runNext(now: number): Promise<boolean>;
  /** Virtual time of the next one; Infinity when none waits. */
  nextAt(): number;
  /** Invocations given up after the last retry. */
  failed(): number;
}

/** Lambda's queue of asynchronous invocations on the virtual clock. */
export function createAsyncInvocations(
  invoke: (name: FunctionName, event: unknown) => Promise<unknown>,
): AsyncInvocations {
  const waiting: Pending[] = [];
  let failed = 0;
  return {
    add: (name, event, now) => {
      waiting.push({ name, event, attempt: 0, dueAt: now });
    },
    runNext: async (now) => {
      const index = waiting.findIndex(({ dueAt }) => dueAt <= now);
      const [next] = index < 0 ? [] : waiting.splice(index, 1);
      if (next === undefined) return false;
      try {
        await invoke(next.name, next.event);
      } catch {
        // The host has logged the error; here it only decides about the retry.
        const delay = RETRY_DELAYS_MS[next.attempt];
        if (delay === undefined) failed += 1;
        else waiting.push({ ...next, attempt: next.attempt + 1, dueAt: now + delay });
      }
      return true;
    },
    nextAt: () => waiting.reduce((first, { dueAt }) => Math.min(first, dueAt), Number.POSITIVE_INFINITY),
    failed: () => failed,
  };
}
