import { gzipSync } from "node:zlib";
import { GetObjectCommand, NoSuchKey, PutObjectCommand } from "@aws-sdk/client-s3";
import { type ObjectLine, type OffloadedBody, SCRUBBED } from "@bellwether/core/ingest/log-line";
import { joinPrettyPrinted } from "@bellwether/core/ingest/pretty-printed";
import { s3 } from "./clients.ts";
import { environment } from "./environment.ts";
import { linesOf } from "./log-lines.ts";
import { readBody } from "./offloaded-body.ts";

async function open(bucket: string, key: string) {
  const { Body, Metadata } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return { body: Body as unknown as AsyncIterable<Buffer>, metadata: Metadata ?? {} };
}

/** The lines of a log object in the logs bucket; a scrubbed one says so first. */
export async function* readLogObject(key: string): AsyncGenerator<ObjectLine> {
  const { body, metadata } = await open(environment("LOGS_BUCKET"), key);
  if (SCRUBBED in metadata) yield { kind: "scrubbed" };
  yield* linesOf(body);
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

/** Stores lines as a gzipped log object, which S3 then announces like one of Bedrock's. */
export async function putLogObject(key: string, text: string): Promise<void> {
  await s3().send(
    new PutObjectCommand({
      Bucket: environment("LOGS_BUCKET"),
      Key: key,
      Body: gzipSync(text),
      ContentType: "application/gzip",
    }),
  );
}

/** An offloaded body; only the logs bucket itself is ever read. */
export async function readOffloadedBody(bucket: string, key: string): Promise<OffloadedBody> {
  if (bucket !== environment("LOGS_BUCKET")) return { ok: false, reason: "foreign_bucket" };
  try {
    return await readBody((await open(bucket, key)).body);
  } catch (error) {
    if (error instanceof NoSuchKey) return { ok: false, reason: "missing" };
    throw error;
  }
}
