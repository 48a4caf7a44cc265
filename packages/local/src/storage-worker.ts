import { Server } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { createClock } from "./clock.ts";
import type { QueueState } from "./storage.ts";
import { installVirtualDate } from "./virtual-date.ts";

const clock = createClock(0, workerData as SharedArrayBuffer);
installVirtualDate(clock.now);

// fauxqs binds every interface; what runs on this machine must not be reachable from its network.
const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  const [first, ...rest] = args;
  const options = typeof first === "object" && first !== null ? { ...first, host: "127.0.0.1" } : first;
  return Reflect.apply(listen, this, [options, ...rest]);
} as typeof listen;

const { startFauxqs } = await import("fauxqs");
const server = await startFauxqs({ port: 0, logger: false });

function stateOf(name: string): QueueState {
  const messages = server.inspectQueue(name)?.messages;
  if (messages === undefined) throw new Error(`there is no queue ${name}`);
  let visible = messages.ready.length;
  let hidden = 0;
  let nextVisibleAt = Number.POSITIVE_INFINITY;
  const wait = (until: number) => {
    if (until <= clock.now()) {
      visible += 1;
      return;
    }
    hidden += 1;
    nextVisibleAt = Math.min(nextVisibleAt, until);
  };
  for (const { visibilityDeadline } of messages.inflight) wait(visibilityDeadline);
  for (const { delayUntil } of messages.delayed) wait(delayUntil ?? 0);
  return { visible, hidden, nextVisibleAt };
}

parentPort?.on("message", ({ id, names }: { id: number; names: readonly string[] }) => {
  try {
    parentPort?.postMessage({ id, states: names.map(stateOf) });
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) });
  }
});
parentPort?.postMessage({ port: server.port });
