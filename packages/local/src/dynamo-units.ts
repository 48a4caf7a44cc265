import diagnostics from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { sdkService } from "./api-calls.ts";

/** DynamoDB request units and bytes put into S3, as sizes on the wire say. */
export interface StoreUsage {
  /** 1 KB each, at least one an item. */
  writeUnits: number;
  /** 4 KB of answer each; half when eventually consistent, which is not looked at: an upper bound. */
  readUnits: number;
  /** Bytes of every object put. */
  s3Bytes: number;
}

export const noStoreUsage = (): StoreUsage => ({ writeUnits: 0, readUnits: 0, s3Bytes: 0 });

/** Adds `more` to `usage`. */
export function addStoreUsage(usage: StoreUsage, more: Readonly<StoreUsage>): void {
  usage.writeUnits += more.writeUnits;
  usage.readUnits += more.readUnits;
  usage.s3Bytes += more.s3Bytes;
}

const WRITE_UNIT_BYTES = 1_024;
const READ_UNIT_BYTES = 4_096;
const READS = new Set(["GetItem", "Query", "BatchGetItem", "Scan"]);

/** Writes whose units follow from the size of their request. */
const SIZED = new Set(["PutItem", "BatchWriteItem"]);

const operationOf = (request: ClientRequest): string => {
  const target = String(request.getHeader("x-amz-target") ?? "");
  return target.slice(target.indexOf(".") + 1);
};
const lengthOf = (value: unknown): number => Number(value ?? 0) || 0;

/** Write units of a request body of `bytes`: items of a batch are taken to be alike. */
export function writeUnits(operation: string, bytes: number, items: number): number {
  // Keys, conditions and expressions of an update are not stored; items that are updated are small by design.
  if (!SIZED.has(operation)) return 1;
  return Math.max(items, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** Adds what every DynamoDB and S3 request of this thread uses to `usage`. */
export function observeStoreUsage(usage: StoreUsage): void {
  diagnostics.subscribe("http.client.request.created", (message) => {
    const { request } = message as { request: ClientRequest };
    const service = sdkService(String(request.getHeader("user-agent")));
    if (service === "s3" && request.method === "PUT")
      usage.s3Bytes += lengthOf(
        request.getHeader("x-amz-decoded-content-length") ?? request.getHeader("content-length"),
      );
    if (service !== "dynamodb") return;
    const operation = operationOf(request);
    if (READS.has(operation)) return;
    if (!SIZED.has(operation)) {
      usage.writeUnits += writeUnits(operation, 0, 1);
      return;
    }
    const end = request.end;
    request.end = ((...args: unknown[]) => {
      const text =
        args[0] instanceof Uint8Array ? Buffer.from(args[0]).toString("utf8") : String(args[0] ?? "");
      const items = text.split(/"(?:PutRequest|DeleteRequest)"/).length - 1;
      usage.writeUnits += writeUnits(operation, text.length, Math.max(1, items));
      return Reflect.apply(end, request, args);
    }) as typeof end;
  });
  diagnostics.subscribe("http.client.response.finish", (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    if (sdkService(String(request.getHeader("user-agent"))) !== "dynamodb") return;
    if (!READS.has(operationOf(request))) return;
    usage.readUnits += Math.max(1, Math.ceil(lengthOf(response.headers["content-length"]) / READ_UNIT_BYTES));
  });
}
