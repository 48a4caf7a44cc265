import { gunzipSync } from "node:zlib";
import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import type { LogLine, OffloadedBody } from "@bellwether/core/ingest/log-line";
import { joinPrettyPrinted } from "@bellwether/core/ingest/pretty-printed";
import { s3 } from "./clients.ts";
import { environment } from "./environment.ts";
import { linesOf } from "./log-lines.ts";

/** Largest offloaded body that is read, bytes unzipped. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

async function open(bucket: string, key: string): Promise<AsyncIterable<Buffer>> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body as unknown as AsyncIterable<Buffer>;
}

/** The lines of a log object in the logs bucket. */
export async function* readLogObject(key: string): AsyncGenerator<LogLine> {
  yield* linesOf(await open(environment("LOGS_BUCKET"), key));
}

/** The given physical lines of a log object; reading stops after the last of them. */
export async function readLogLines(key: string, numbers: ReadonlySet<number>): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  for await (const line of await joinPrettyPrinted(readLogObject(key))) {
    if (line.kind !== "line" || !numbers.has(line.number)) continue;
    found.set(line.number, line.bytes.toString("utf8"));
    if (found.size === numbers.size) break;
  }
  return found;
}

/** An offloaded body; only the logs bucket itself is ever read. */
export async function readOffloadedBody(bucket: string, key: string): Promise<OffloadedBody> {
  if (bucket !== environment("LOGS_BUCKET")) return { ok: false, reason: "foreign_bucket" };
  let bytes: Buffer;
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of await open(bucket, key)) {
      size += chunk.length;
      if (size > BODY_LIMIT_BYTES) return { ok: false, reason: "unreadable" };
      chunks.push(Buffer.from(chunk));
    }
    bytes = Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof NoSuchKey) return { ok: false, reason: "missing" };
    throw error;
  }
  try {
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = (zipped ? gunzipSync(bytes, { maxOutputLength: BODY_LIMIT_BYTES }) : bytes).toString("utf8");
    return { ok: true, json: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, reason: "unreadable" };
  }
}
