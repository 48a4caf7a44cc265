import { startThread } from "./thread.ts";

export interface QueueState {
  /** Messages that a receive would return now. */
  readonly visible: number;
  /** Messages in flight or delayed. */
  readonly hidden: number;
  /** Virtual time (ms) at which the next hidden message becomes visible; Infinity when none is hidden. */
  readonly nextVisibleAt: number;
}

export interface Storage {
  /** Serves S3, SQS and SNS. */
  readonly url: string;
  /** State of each named queue at virtual now, in the same order; rejects for an unknown queue. */
  queueStates(names: readonly string[]): Promise<QueueState[]>;
  stop(): Promise<void>;
}

type Answer = { id: number; states: QueueState[] } | { id: number; error: string };

/** Starts S3, SQS and SNS in memory in a worker thread whose time is the Float64 in `clock`. */
export async function startStorage(clock: SharedArrayBuffer): Promise<Storage> {
  const { worker, ready } = await startThread<{ port: number }>(
    new URL("./storage-worker.ts", import.meta.url),
    {
      name: "storage",
      workerData: clock,
      env: {},
    },
  );
  const waiting = new Map<number, PromiseWithResolvers<QueueState[]>>();
  let asked = 0;
  let dead: Error | undefined;
  worker.on("message", (answer: Answer) => {
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) waiter?.reject(new Error(answer.error));
    else waiter?.resolve(answer.states);
  });
  const died = (reason: unknown) => {
    dead ??= new Error(`the local storage has stopped: ${reason}`);
    for (const waiter of waiting.values()) waiter.reject(dead);
    waiting.clear();
  };
  worker.on("error", died);
  worker.on("exit", died);

  const queueStates = (names: readonly string[]) => {
    if (dead !== undefined) return Promise.reject(dead);
    const waiter = Promise.withResolvers<QueueState[]>();
    asked += 1;
    waiting.set(asked, waiter);
    worker.postMessage({ id: asked, names });
    return waiter.promise;
  };
  const stop = async () => {
    await worker.terminate();
  };
  return { url: `http://127.0.0.1:${ready.port}`, queueStates, stop };
}
