import { messageOf, type Report } from "./problems.ts";

export interface Shadows {
  /** Starts `call` beside whatever the app is doing; its result and its failure are thrown away, failures counted. */
  start(call: () => Promise<unknown>): void;
  /** Waits for every call still running. Never rejects. */
  settle(): Promise<void>;
}

/** Calls nobody waits for, at most `limit` at a time: one beyond that is skipped and counted. */
export function createShadows(limit: number, report: Report): Shadows {
  const running = new Set<Promise<unknown>>();
  return {
    start: (call) => {
      if (running.size >= limit) {
        report("shadow_skipped", `${limit} shadow calls are running`);
        return;
      }
      const done: Promise<unknown> = Promise.resolve()
        .then(call)
        .catch((error: unknown) => report("shadow_failed", messageOf(error)))
        .finally(() => running.delete(done));
      running.add(done);
    },
    settle: async () => {
      await Promise.all(running);
    },
  };
}
