import { decodeLine } from "../records/decode.ts";
import type { ObjectLine } from "./log-line.ts";

/** A document that spans lines is joined up to this size, bytes. */
const DOCUMENT_LIMIT_BYTES = 4 * 1024 * 1024;
const NEWLINE = Buffer.from("\n");

const opensDocument = (line: ObjectLine): boolean => {
  if (line.kind !== "line" || line.number !== 1 || line.bytes.length > 8) return false;
  const text = line.bytes.toString("utf8").trim();
  return text === "{" || text === "[";
};

/** Joins a pretty-printed JSON document (first line just `{` or `[`) into one line numbered 1; other objects pass through. */
export async function joinPrettyPrinted(
  lines: AsyncIterable<ObjectLine>,
): Promise<AsyncIterable<ObjectLine>> {
  const rest = lines[Symbol.asyncIterator]();
  const first = await rest.next();
  const whole = withFirst(first, rest);
  return !first.done && opensDocument(first.value) ? joined(whole) : whole;
}

/** Hands on what the iterator gives without a generator in between: that would cost every line of every log. */
function withFirst(
  first: IteratorResult<ObjectLine>,
  rest: AsyncIterator<ObjectLine>,
): AsyncIterable<ObjectLine> {
  let taken = false;
  const next = (): Promise<IteratorResult<ObjectLine>> => {
    if (taken) return rest.next();
    taken = true;
    return Promise.resolve(first);
  };
  const close = async (): Promise<IteratorResult<ObjectLine>> => {
    await rest.return?.();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: close }) };
}

async function* joined(lines: AsyncIterable<ObjectLine>): AsyncGenerator<ObjectLine> {
  let parts: Extract<ObjectLine, { kind: "line" }>[] = [];
  let size = 0;
  let open = true;
  for await (const line of lines) {
    if (open && line.kind === "line") {
      parts.push(line);
      size += line.bytes.length + 1;
    }
    if (open && line.kind === "line" && size <= DOCUMENT_LIMIT_BYTES) continue;
    // No document after all, only a bad first line: it must not cost the lines behind it.
    yield* parts;
    if (!open || line.kind !== "line") yield line;
    open = false;
    parts = [];
  }
  if (!open) return;
  const bytes = Buffer.concat(parts.flatMap((part) => [part.bytes, NEWLINE]));
  if (decodeLine(bytes.toString("utf8")).ok) yield { kind: "line", number: 1, bytes };
  else yield* parts;
}
