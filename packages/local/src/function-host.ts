import type { Worker } from "node:worker_threads";
import type { ApiCalls } from "./api-calls.ts";
import type { OutputStream } from "./capture-output.ts";
import type { StoreUsage } from "./dynamo-units.ts";
import { deterministicId } from "./endpoints/endpoint.ts";
import { startThread } from "./thread.ts";

export interface FunctionWorkerData {
  /** Absolute path of the module. */
  readonly file: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Buffer of the virtual clock. */
  readonly clock: SharedArrayBuffer;
}

export interface FunctionRequest {
  /** JSON text, as Lambda receives it. */
  readonly event: string;
  readonly requestId: string;
}

export type FunctionReply =
  | { kind: "ready" }
  | { kind: "output"; stream: OutputStream; text: string }
  | { kind: "returned"; value: string; ms: number; calls: ApiCalls; store: StoreUsage }
  | {
      kind: "threw";
      error: { name: string; message: string; stack: string };
      ms: number;
      calls: ApiCalls;
      store: StoreUsage;
    };

export interface FunctionOptions extends FunctionWorkerData {
  readonly environment: Readonly<Record<string, string>>;
  readonly onOutput: (stream: OutputStream, line: string) => void;
  readonly onCalls: (calls: ApiCalls, store: StoreUsage) => void;
}

/** Invocations of one function so far; billed time is in whole ms, rounded up per invocation as Lambda bills it. */
export interface Durations {
  readonly invocations: number;
  readonly errors: number;
  readonly billedMs: number;
  readonly memoryMb: number;
}

/** A failed invocation: the handler threw, ran longer than its timeout, or its thread died. */
export class FunctionError extends Error {
  readonly kind: "threw" | "timeout" | "crashed";

  constructor(kind: FunctionError["kind"], name: string, message: string, stack?: string) {
    super(message);
    this.kind = kind;
    this.name = name;
    if (stack !== undefined) this.stack = stack;
  }
}

export interface FunctionHost {
  /** Runs the handler on `event`, one invocation at a time, and gives its JSON answer; rejects with FunctionError. */
  invoke(event: unknown): Promise<unknown>;
  durations(): Durations;
  stop(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  alive: boolean;
}

/** Hosts a Lambda handler in its own worker thread with exactly the given environment; as in Lambda, the first invocation loads it. */
export function hostFunction(options: FunctionOptions): FunctionHost {
  const { onOutput, onCalls, environment, functionName, memoryMb, timeoutSeconds } = options;
  const { file, exportName, clock } = options;
  const workerData: FunctionWorkerData = { file, exportName, functionName, memoryMb, timeoutSeconds, clock };
  const spent = { invocations: 0, errors: 0, billedMs: 0, memoryMb };
  let current: { thread: Thread; answer: PromiseWithResolvers<FunctionReply> } | undefined;
  let starting: Promise<Thread> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let stopped = false;

  async function start(): Promise<Thread> {
    const thread = await startThread<FunctionReply>(new URL("./function-worker.ts", import.meta.url), {
      name: functionName,
      workerData,
      env: { ...environment },
    });
    const state: Thread = { worker: thread.worker, alive: true };
    // A thread that died unseen must not end an invocation in its successor.
    const answer = () => (current?.thread === state ? current.answer : undefined);
    thread.worker.on("message", (reply: FunctionReply) => {
      if (reply.kind === "output") onOutput(reply.stream, reply.text);
      else answer()?.resolve(reply);
    });
    const died = (reason: unknown) => {
      state.alive = false;
      answer()?.reject(new FunctionError("crashed", "Runtime.ExitError", `${functionName} ended: ${reason}`));
    };
    thread.worker.on("error", died);
    thread.worker.on("exit", died);
    return state;
  }

  async function live(): Promise<Thread> {
    const thread = await starting;
    if (stopped) throw new FunctionError("crashed", "Runtime.ExitError", `${functionName} is stopped`);
    if (thread?.alive) return thread;
    starting = start().catch((error: unknown) => {
      starting = undefined; // the next invocation tries again
      const message = error instanceof Error ? error.message : String(error);
      throw new FunctionError("crashed", "Runtime.ImportModuleError", message);
    });
    return starting;
  }

  async function run(event: unknown): Promise<unknown> {
    const thread = await live();
    const answer = Promise.withResolvers<FunctionReply>();
    current = { thread, answer };
    spent.invocations += 1;
    const started = performance.now();
    const timer = setTimeout(() => {
      answer.reject(
        new FunctionError(
          "timeout",
          "Sandbox.Timedout",
          `${functionName} timed out after ${timeoutSeconds} s`,
        ),
      );
    }, timeoutSeconds * 1_000);
    try {
      const requestId = deterministicId(`invoke|${functionName}`, spent.invocations);
      thread.worker.postMessage({ event: JSON.stringify(event), requestId } satisfies FunctionRequest);
      return settle(await answer.promise);
    } catch (error) {
      spent.errors += 1;
      if (error instanceof FunctionError && error.kind !== "threw") {
        spent.billedMs += Math.ceil(performance.now() - started);
        await thread.worker.terminate();
      }
      throw error;
    } finally {
      clearTimeout(timer);
      current = undefined;
    }
  }

  function settle(reply: FunctionReply): unknown {
    if (reply.kind !== "returned" && reply.kind !== "threw")
      throw new Error(`unexpected reply ${reply.kind}`);
    spent.billedMs += Math.ceil(reply.ms);
    onCalls(reply.calls, reply.store);
    if (reply.kind === "returned") return JSON.parse(reply.value);
    throw new FunctionError("threw", reply.error.name, reply.error.message, reply.error.stack);
  }

  return {
    invoke: (event) => {
      const result = queue.then(() => run(event));
      queue = result.catch(() => undefined); // the caller has the error; the next invocation must still run
      return result;
    },
    durations: () => ({ ...spent }),
    stop: async () => {
      stopped = true;
      const thread = await starting?.catch(() => undefined); // a thread that did not start need not end
      await thread?.worker.terminate();
    },
  };
}
