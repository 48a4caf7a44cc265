import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { type ApiCalls, observeSdkCalls } from "./api-calls.ts";
import { captureOutput } from "./capture-output.ts";
import { createClock } from "./clock.ts";
import { addStoreUsage, noStoreUsage, observeStoreUsage, type StoreUsage } from "./dynamo-units.ts";
import type { FunctionReply, FunctionRequest, FunctionWorkerData } from "./function-host.ts";
import { lambdaContext } from "./lambda-context.ts";
import { originalStack } from "./original-stack.ts";
import { installVirtualDate } from "./virtual-date.ts";

type Handler = (event: unknown, context: unknown) => unknown;

const { file, exportName, functionName, memoryMb, timeoutSeconds, clock } = workerData as FunctionWorkerData;
const reply = (message: FunctionReply) => parentPort?.postMessage(message);

installVirtualDate(createClock(0, clock).now);
const flushOutput = captureOutput((stream, text) => reply({ kind: "output", stream, text }));
const calls: ApiCalls = {};
observeSdkCalls(calls);
const store = noStoreUsage();
observeStoreUsage(store);

const exported: Record<string, unknown> = await import(pathToFileURL(file).href);
const handler = exported[exportName];
if (typeof handler !== "function") throw new Error(`${file} exports no function ${exportName}`);

async function run({ event, requestId }: FunctionRequest): Promise<FunctionReply> {
  const started = performance.now();
  const elapsedMs = () => performance.now() - started;
  const context = lambdaContext({ functionName, memoryMb, timeoutSeconds, requestId, elapsedMs });
  try {
    const value = await (handler as Handler)(JSON.parse(event), context);
    return {
      kind: "returned",
      value: JSON.stringify(value) ?? "null",
      ms: elapsedMs(),
      calls: takeCalls(),
      store: takeStore(),
    };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { name, message, stack } = error;
    return {
      kind: "threw",
      error: { name, message, stack: originalStack(stack ?? message) },
      ms: elapsedMs(),
      calls: takeCalls(),
      store: takeStore(),
    };
  }
}

function takeCalls(): ApiCalls {
  const taken = structuredClone(calls);
  for (const service of Object.keys(calls)) delete calls[service];
  return taken;
}

function takeStore(): StoreUsage {
  const taken = noStoreUsage();
  addStoreUsage(taken, store);
  Object.assign(store, noStoreUsage());
  return taken;
}

parentPort?.on("message", async (request: FunctionRequest) => {
  const result = await run(request);
  flushOutput();
  reply(result);
});
reply({ kind: "ready" });
