import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

const HOUR = 3_600_000;
/** A record this far after all others is not believed: it would take the clock with it. */
const ISOLATION_MS = 2 * HOUR;
/** Newest distinct times kept, and so the most that can be disbelieved plus one. */
const KEPT = 17;
/** Longest unfinished line kept in memory, in UTF-16 units. */
const MAX_LINE = 32 * 1024 * 1024;

const TIMESTAMP = /"timestamp"\s*:\s*"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)"/g;

/** Newest plausible `timestamp` (ms) of the records in a log file, gzipped when its name ends in .gz; undefined when it has none. Streams; rejects when the file cannot be opened, and takes a damaged gzip up to the damage. */
export async function newestRecord(file: string): Promise<number | undefined> {
  const newest = createNewest();
  for await (const line of lines(file)) for (const at of timesIn(line)) newest.add(at);
  return newest.plausible();
}

interface Newest {
  add(at: number): void;
  plausible(): number | undefined;
}

/** The newest time that does not stand alone: of n times, 1 + ⌊n/20⌋ may each lie more than two hours after all older ones and are passed over. */
export function createNewest(): Newest {
  const kept: number[] = []; // distinct, newest first
  let added = 0;
  return {
    add: (at) => {
      added += 1;
      const index = kept.findIndex((other) => other <= at);
      if (kept[index] === at) return;
      if (index >= 0) kept.splice(index, 0, at);
      else if (kept.length < KEPT) kept.push(at);
      if (kept.length > KEPT) kept.pop();
    },
    plausible: () => {
      const odd = Math.min(1 + Math.floor(added / 20), kept.length - 1);
      let first = 0;
      while (first < odd && (kept[first] as number) - (kept[first + 1] as number) > ISOLATION_MS) first += 1;
      return kept[first];
    },
  };
}

/** Times of the records in one line: of a record, of an array of them, or of whatever looks like one in a line that is no JSON. */
export function timesIn(line: string): number[] {
  if (line.trim() === "") return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return [...line.matchAll(TIMESTAMP)].flatMap(([, text]) => timeOf(text));
  }
  const records: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  return records.flatMap((record) =>
    typeof record === "object" && record !== null && "timestamp" in record ? timeOf(record.timestamp) : [],
  );
}

function timeOf(text: unknown): number[] {
  const at = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? [] : [at];
}

async function* lines(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of text(file)) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
    if (rest.length > MAX_LINE) {
      yield rest;
      rest = "";
    }
  }
  yield rest;
}

async function* text(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  if (!file.endsWith(".gz")) {
    yield* source.setEncoding("utf8");
    return;
  }
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  const decoded: Readable = source.pipe(gunzip).setEncoding("utf8");
  try {
    for await (const chunk of decoded) yield chunk;
  } catch (error) {
    // The lines before the damage still tell the time; ingest will say what is wrong with the file.
    if (!isDamage(error)) throw error;
  } finally {
    source.destroy();
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
