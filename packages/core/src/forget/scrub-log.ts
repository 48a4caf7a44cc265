const NEWLINE = 10;

export interface Scrubbed {
  readonly bytes: Uint8Array;
  /** 1-based physical lines that are blank now and were not before. */
  readonly lines: readonly number[];
  /** `s3://bucket/key` of the bodies that those records kept elsewhere. */
  readonly bodies: readonly string[];
}

/** A document over several lines, see ingest/pretty-printed: it goes as a whole. */
const spansLines = (first: string): boolean => first.length <= 8 && ["{", "["].includes(first.trim());

/** A path of an offloaded body, wherever in the record it is. */
function bodiesIn(text: string): string[] {
  return [...text.matchAll(/"(?:input|output)\w*S3Path"\s*:\s*"(s3:\/\/[^"\\]+)"/g)].map(
    ([, path = ""]) => path,
  );
}

/**
 * A log without the lines that `isTheirs` finds: they become empty, so that every other line keeps its number. The
 * text is unzipped.
 */
export function scrubLog(bytes: Uint8Array, isTheirs: (text: string, line: number) => boolean): Scrubbed {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: Buffer[] = [];
  const lines: number[] = [];
  const bodies: string[] = [];
  const firstEnd = buffer.indexOf(NEWLINE);
  if (firstEnd !== -1 && spansLines(buffer.subarray(0, firstEnd).toString("utf8"))) {
    const text = buffer.toString("utf8");
    if (!isTheirs(text, 1)) return { bytes, lines, bodies };
    return { bytes: Buffer.from(text.replace(/[^\n]+/g, "")), lines: [1], bodies: bodiesIn(text) };
  }
  let number = 0;
  for (let from = 0; from <= buffer.length; ) {
    const newline = buffer.indexOf(NEWLINE, from);
    const end = newline === -1 ? buffer.length : newline;
    number += 1;
    const text = buffer.subarray(from, end).toString("utf8");
    if (text.trim() !== "" && isTheirs(text, number)) {
      lines.push(number);
      bodies.push(...bodiesIn(text));
    } else pieces.push(buffer.subarray(from, end));
    if (newline === -1) break;
    pieces.push(buffer.subarray(newline, newline + 1));
    from = newline + 1;
  }
  return { bytes: Buffer.concat(pieces), lines, bodies };
}
