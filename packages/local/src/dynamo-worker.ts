import type { AddressInfo } from "node:net";
import { parentPort } from "node:worker_threads";
import dynalite from "dynalite";

/** Longer than a run: a connection closed under a waiting SDK client would cost a retry. */
const KEEP_ALIVE_MS = 3_600_000;

const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.listen(0, "127.0.0.1", () => {
  parentPort?.postMessage({ port: (server.address() as AddressInfo).port });
});
