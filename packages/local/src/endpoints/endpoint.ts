import { createHash } from "node:crypto";
import type { AddressInfo, Server, Socket } from "node:net";

/** The account that every local ARN and event names. */
export const LOCAL_ACCOUNT = "000000000000";
/** The Region that every local ARN and event names. */
export const LOCAL_REGION = "us-east-1";

export interface Endpoint {
  /** `http://127.0.0.1:PORT`: an IP, because the S3 client turns a host name into a virtual-hosted bucket. */
  readonly url: string;
  /** Calls received, by operation name; refused calls count too. */
  readonly calls: Readonly<Record<string, number>>;
  /** Closes the port and every connection still open. */
  stop(): Promise<void>;
}

/** Binds `server` to a free port of 127.0.0.1. */
export async function listen(server: Server, calls: Readonly<Record<string, number>>): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      // SDK clients keep connections alive; close() alone would wait for them.
      for (const socket of sockets) socket.destroy();
    });
    return stopped;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, stop };
}

/** The n-th id of a series in UUID form, the same in every run. */
export function deterministicId(series: string, n: number): string {
  const hex = createHash("sha256").update(`${series}|${n}`).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
