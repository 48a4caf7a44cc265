import type { LogLine } from "./log-line.ts";

/** A document that spans lines is joined up to this size, bytes. */
const DOCUMENT_LIMIT_BYTES = 4 * 1024 * 1024;

const opensDocument = (line: LogLine): boolean => {
  if (line.kind !== "line" || line.number !== 1 || line.bytes.length > 8) return false;
  const text = line.bytes.toString("utf8").trim();
  return text === "{" || text === "[";
};

/** Joins a pretty-printed JSON document (first line just `{` or `[`) into one line numbered 1; other objects pass through. */
export async function* joinPrettyPrinted(lines: AsyncIterable<LogLine>): AsyncGenerator<LogLine> {
  let parts: Buffer[] | undefined;
  let size = 0;
  for await (const line of lines) {
    if (parts === undefined && opensDocument(line)) parts = [];
    if (parts === undefined) {
      yield line;
      continue;
    }
    if (line.kind !== "line") {
      yield line;
      continue;
    }
    size += line.bytes.length + 1;
    if (size <= DOCUMENT_LIMIT_BYTES) parts.push(line.bytes);
  }
  if (parts === undefined) return;
  const bytes = Buffer.concat(parts.flatMap((part) => [part, Buffer.from("\n")]));
  yield size <= DOCUMENT_LIMIT_BYTES
    ? { kind: "line", number: 1, bytes }
    : { kind: "too_long", number: 1, head: bytes.subarray(0, 4_096) };
}
