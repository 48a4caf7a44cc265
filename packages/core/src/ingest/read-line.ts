import { hash } from "node:crypto";
import { decodeLine } from "../records/decode.ts";
import type { Invocation } from "../records/invocation.ts";
import { parseRecord } from "../records/parse.ts";
import type { Rejection } from "../records/rejection.ts";
import type { LogLine } from "./log-line.ts";

/** Record time may lead its delivery by this much, ms. */
const AHEAD_MS = 2 * 60 * 60_000;
/** … and trail it by this much, ms. */
const BEHIND_MS = 30 * 24 * 60 * 60_000;

/** What one value on a line turned into. */
export type LineResult =
  | { readonly kind: "ignored" }
  | {
      readonly kind: "record";
      readonly line: number;
      /** Records before it on the same line. */
      readonly position: number;
      readonly bodyHash: string;
      readonly invocation: Invocation;
      readonly raw: Buffer;
    }
  | {
      readonly kind: "rejected";
      readonly line: number | null;
      readonly rejection: Rejection;
      readonly raw: Buffer;
    };

const NO_BYTES = Buffer.alloc(0);
const isBlank = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);

function timeOf(invocation: Invocation, deliveredAt: number): Rejection | undefined {
  const behind = deliveredAt - invocation.at;
  if (behind <= BEHIND_MS && behind >= -AHEAD_MS) return undefined;
  const times = `${new Date(invocation.at).toISOString()} in an object delivered ${new Date(deliveredAt).toISOString()}`;
  return { reason: "timestamp_out_of_range", detail: times };
}

/** Reads one line: nothing, one record, several glued records, or a reason to keep it aside. Never throws. */
export function readLine(line: LogLine, deliveredAt: number): LineResult[] {
  if (line.kind === "damaged") {
    return [
      {
        kind: "rejected",
        line: null,
        rejection: { reason: line.reason, detail: line.detail },
        raw: NO_BYTES,
      },
    ];
  }
  if (line.kind === "too_long") {
    const rejection: Rejection = { reason: "line_too_long", detail: "above 4 MiB" };
    return [{ kind: "rejected", line: line.number, rejection, raw: line.head }];
  }
  const { number, bytes } = line;
  if (bytes.length < 256 && isBlank(bytes)) return [{ kind: "ignored" }];
  const decoded = decodeLine(bytes.toString("utf8"));
  if (!decoded.ok) return [{ kind: "rejected", line: number, rejection: decoded.rejection, raw: bytes }];
  const single = decoded.value.length === 1;
  return decoded.value.map((json, position): LineResult => {
    const parsed = parseRecord(json);
    if (!parsed.ok) return { kind: "rejected", line: number, rejection: parsed.rejection, raw: bytes };
    const rejection = timeOf(parsed.value, deliveredAt);
    if (rejection !== undefined) return { kind: "rejected", line: number, rejection, raw: bytes };
    const bodyHash = hash("sha1", single ? bytes : JSON.stringify(json), "base64url");
    return { kind: "record", line: number, position, bodyHash, invocation: parsed.value, raw: bytes };
  });
}
