import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, gunzipSync } from "node:zlib";
import type { LogLine } from "@bellwether/core/ingest/log-line";

/** Caps of one log object; Bedrock's own records stay far below (bodies above 100 KB are offloaded). */
const LINE_LIMIT_BYTES = 4 * 1024 * 1024;
const UNZIPPED_LIMIT_BYTES = 2 * 1024 ** 3;
const RATIO_FLOOR_BYTES = 64 * 1024 * 1024;
/** Real logs compress 6 to 50 times. */
const RATIO_LIMIT = 250;
const CHUNK_BYTES = 1 << 18;
/** Compressed bytes kept to recover the last lines before damage. */
const SALVAGE_LIMIT_BYTES = 16 * 1024 * 1024;

const NEWLINE = 10;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

class TooLarge extends Error {}

/** The object's own fault and the same at every delivery, unlike an error of the connection it comes through. */
const isDamage = (error: unknown): error is Error =>
  error instanceof TooLarge ||
  (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"));

/** Everything that decodes before the damage, from the longest prefix that does; up to `SALVAGE_LIMIT_BYTES` of input. */
function decodable(compressed: Buffer): Buffer {
  const decode = (length: number): Buffer | undefined => {
    try {
      return gunzipSync(compressed.subarray(0, length), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: RATIO_LIMIT * SALVAGE_LIMIT_BYTES,
      });
    } catch {
      return undefined;
    }
  };
  let best = decode(compressed.length);
  if (best !== undefined) return best;
  for (let good = 0, bad = compressed.length; bad - good > 1; ) {
    const middle = (good + bad) >> 1;
    const output = decode(middle);
    if (output === undefined) bad = middle;
    else {
      best = output;
      good = middle;
    }
  }
  return best ?? Buffer.alloc(0);
}

async function* unzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let compressed = 0;
  let unzipped = 0;
  let kept: Buffer[] = [];
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      compressed += chunk.length;
      if (compressed <= SALVAGE_LIMIT_BYTES) kept.push(chunk);
      else kept = [];
      yield chunk;
    }
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // An error on either side destroys both and surfaces where the output is read.
  const pumped = pipeline(Readable.from(counted(), { objectMode: false }), gunzip).catch(() => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      unzipped += chunk.length;
      if (
        unzipped > UNZIPPED_LIMIT_BYTES ||
        (unzipped > RATIO_FLOOR_BYTES && unzipped > RATIO_LIMIT * compressed)
      ) {
        throw new TooLarge(`${unzipped} bytes out of ${compressed}`);
      }
      yield chunk;
    }
  } catch (error) {
    // zlib drops what it had decoded of the block that failed.
    if (isDamage(error) && !(error instanceof TooLarge) && kept.length > 0)
      yield decodable(Buffer.concat(kept)).subarray(unzipped);
    throw error;
  } finally {
    gunzip.destroy();
    await pumped;
  }
}

/** First bytes decide: gzip by its magic number, else plain text. */
async function* plainOrGzip(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = body[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  async function* whole(): AsyncGenerator<Buffer> {
    yield start;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  try {
    while (start.length < GZIP_MAGIC.length) {
      const next = await iterator.next();
      if (next.done) break;
      start = Buffer.concat([start, next.value]);
    }
    if (start.length > 0) yield* start.subarray(0, 2).equals(GZIP_MAGIC) ? unzip(whole()) : whole();
  } finally {
    // A reader that stops early must not leave the source open.
    await iterator.return?.();
  }
}

/**
 * Splits a log object (gzip or plain) at `\n` into physical lines, numbered from 1; memory stays flat in object size.
 * A line above 4 MiB is passed over to its end; damage or a bomb ends the object with one `damaged`. Throws what the
 * source throws: a broken connection is no damage.
 */
export async function* logLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<LogLine> {
  let number = 0;
  let parts: Buffer[] = [];
  let size = 0;
  let head: Buffer | undefined;
  const close = (): LogLine => {
    number += 1;
    const line: LogLine =
      head === undefined
        ? { kind: "line", number, bytes: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts) }
        : { kind: "too_long", number, head };
    parts = [];
    size = 0;
    head = undefined;
    return line;
  };
  const append = (piece: Buffer): void => {
    if (head !== undefined) return;
    parts.push(piece);
    size += piece.length;
    if (size <= LINE_LIMIT_BYTES) return;
    head = Buffer.concat(parts).subarray(0, 4_096);
    parts = [];
  };
  try {
    for await (const chunk of chunks) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
        append(chunk.subarray(from, end));
        yield close();
        from = end + 1;
      }
      if (from < chunk.length) append(chunk.subarray(from));
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    // What was read of the torn line is part of the damage, not a record.
    const detail = error.message.slice(0, 200);
    yield { kind: "damaged", reason: error instanceof TooLarge ? "gzip_bomb" : "gzip_damaged", detail };
    return;
  }
  if (size > 0 || head !== undefined) yield close();
}

/** The lines of an S3 body. */
export const linesOf = (body: AsyncIterable<Buffer>): AsyncGenerator<LogLine> => logLines(plainOrGzip(body));
