import { gunzipSync } from "node:zlib";
import type { OffloadedBody } from "@bellwether/core/ingest/log-line";

/** Largest offloaded body that is read, bytes unzipped. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** Reads an offloaded body, JSON gzipped or plain; throws what the source throws. */
export async function readBody(source: AsyncIterable<Buffer>): Promise<OffloadedBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) return { ok: false, reason: "unreadable" };
    chunks.push(Buffer.from(chunk));
  }
  const bytes = Buffer.concat(chunks);
  try {
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = (zipped ? gunzipSync(bytes, { maxOutputLength: BODY_LIMIT_BYTES }) : bytes).toString("utf8");
    return { ok: true, json: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, reason: "unreadable" };
  }
}
