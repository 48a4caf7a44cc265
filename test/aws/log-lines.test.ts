import { gzipSync } from "node:zlib";
import { linesOf } from "@bellwether/aws/log-lines";
import type { LogLine } from "@bellwether/core/ingest/log-line";
import { seededUniform as seeded } from "@bellwether/stats/uniform";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const MIB = 2 ** 20;

async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield Buffer.from(bytes.subarray(from, from + size));
}

async function linesIn(bytes: Uint8Array, size?: number): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  // The buffers of a line may be reused by the reader after the next one.
  for await (const line of linesOf(inChunks(bytes, size))) {
    lines.push(line.kind === "line" ? { ...line, bytes: Buffer.from(line.bytes) } : line);
  }
  return lines;
}

const show = (lines: readonly LogLine[]): unknown[] =>
  lines.map((line) => {
    if (line.kind === "line") return [line.number, line.bytes.toString()];
    return line.kind === "too_long" ? [line.number, "too_long"] : line.reason;
  });

const read = async (bytes: Uint8Array, size?: number): Promise<unknown[]> => show(await linesIn(bytes, size));
const numbered = (texts: readonly string[]): unknown[] => texts.map((text, i) => [i + 1, text]);

/** Lines that do not compress to nothing, about `length` characters each. */
function noisyLines(count: number, length = 300): string[] {
  const random = seeded(5);
  const word = (): string => Math.floor(random() * 2 ** 32).toString(36);
  return Array.from({ length: count }, (_, i) => {
    let text = `${i} `;
    while (text.length < length) text += `${word()} `;
    return text;
  });
}

const NOISY = noisyLines(2_000);
const NOISY_GZIP = gzipSync(`${NOISY.join("\n")}\n`);

describe("linesOf", () => {
  it.each<[string, string, string[]]>([
    ["nothing", "", []],
    ["one line", "a\n", ["a"]],
    ["no final newline", "a\nb", ["a", "b"]],
    ["blank lines, which count", "\na\n\n\nb\n", ["", "a", "", "", "b"]],
    ["carriage returns, which stay", "a\r\nb\r\n", ["a\r", "b\r"]],
    ["line separators of Unicode, which do not split", "a\u2028b\u0085c\n", ["a\u2028b\u0085c"]],
  ])("splits %s, plain and gzipped", async (_name, text, expected) => {
    expect(await read(Buffer.from(text))).toEqual(numbered(expected));
    expect(await read(gzipSync(text))).toEqual(numbered(expected));
  });

  it("gives the same lines however the bytes arrive", async () => {
    const texts = fc.array(fc.string({ unit: "binary", maxLength: 40 }).map((s) => s.replaceAll("\n", "·")));
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 50 }), fc.boolean(), async (lines, size, zip) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        // Lone surrogates become U+FFFD when they are written.
        const expected = numbered(lines.map((line) => Buffer.from(line).toString()));
        expect(await read(zip ? gzipSync(bytes) : bytes, size)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("reads gzip of several members as one text", async () => {
    const members = Buffer.concat([gzipSync("a\nb"), gzipSync("c\nd\n")]);
    expect(await read(members)).toEqual(numbered(["a", "bc", "d"]));
  });

  it("keeps every line before the cut of a truncated gzip, and nothing of the torn one", async () => {
    for (const share of [0.1, 0.5, 0.9]) {
      const lines = await linesIn(NOISY_GZIP.subarray(0, Math.floor(NOISY_GZIP.length * share)));
      expect(lines.at(-1)).toMatchObject({ kind: "damaged", reason: "gzip_damaged" });
      const kept = lines.length - 1;
      expect(show(lines.slice(0, -1))).toEqual(numbered(NOISY.slice(0, kept)));
      // Noise compresses evenly, so the cut cannot have cost more than a block's worth of lines.
      expect(kept).toBeGreaterThan(NOISY.length * share * 0.97 - 20);
    }
  });

  it("keeps exactly the lines before a cut in the only block", async () => {
    const text = "first line\nsecond line\nthird line that is cut\n";
    const whole = gzipSync(text, { level: 0 });
    // Stored: 10 bytes of gzip header and 5 of the block, then the text as it is.
    const lines = await read(whole.subarray(0, 15 + text.indexOf("third") + 4));
    expect(lines).toEqual([[1, "first line"], [2, "second line"], "gzip_damaged"]);
  });

  it("keeps the lines before a damaged middle, however the bytes arrive", async () => {
    const damaged = Buffer.from(NOISY_GZIP);
    damaged.fill(0xff, damaged.length / 2, damaged.length / 2 + 64);
    for (const size of [1_000, 65_536, damaged.length]) {
      const lines = await linesIn(damaged, size);
      expect(lines.at(-1)).toMatchObject({ kind: "damaged", reason: "gzip_damaged" });
      const whole = lines.slice(0, -1);
      expect(whole.length).toBeGreaterThan(NOISY.length * 0.45);
      // A checksum stands only at the end: what decodes within the torn block cannot be told from good text.
      const before = Math.floor(NOISY.length * 0.45);
      expect(show(whole.slice(0, before))).toEqual(numbered(NOISY.slice(0, before)));
    }
  });

  it("ignores zeros behind the end and reports other garbage there, with every line kept", async () => {
    const whole = gzipSync("a\nb\n");
    expect(await read(Buffer.concat([whole, Buffer.alloc(64)]))).toEqual(numbered(["a", "b"]));
    const lines = await read(Buffer.concat([whole, Buffer.from("garbage behind the end")]));
    expect(lines.slice(0, 2)).toEqual(numbered(["a", "b"]));
    expect(lines.slice(2).every((line) => line === "gzip_damaged")).toBe(true);
  });

  it("calls a file that only begins like gzip damaged", async () => {
    expect(await read(Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]))).toEqual(["gzip_damaged"]);
  });

  it("stops at a bomb after the lines before it", async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from("good\n"), Buffer.alloc(128 * MIB)]));
    expect(bomb.length).toBeLessThan(MIB);
    const lines = await read(bomb);
    expect(lines[0]).toEqual([1, "good"]);
    expect(lines.at(-1)).toBe("gzip_bomb");
  });

  it("passes over a line above 4 MiB and reads the good ones behind it", async () => {
    const long = "x".repeat(4 * MIB + 1);
    const text = `a\n${long}\nb\n${long}`;
    const expected = [
      [1, "a"],
      [2, "too_long"],
      [3, "b"],
      [4, "too_long"],
    ];
    expect(await read(Buffer.from(text))).toEqual(expected);
    expect(await read(gzipSync(text))).toEqual(expected);
    expect(await read(Buffer.from(`${"x".repeat(4 * MIB)}\n`))).toMatchObject([[1, expect.any(String)]]);
  });

  it("stops reading its source when the reader stops", async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        const member = gzipSync(`${NOISY.join("\n")}\n`);
        for (;;) yield member;
      } finally {
        closed = true;
      }
    }
    for await (const line of linesOf(endless())) if (line.kind === "line" && line.number === 5) break;
    expect(closed).toBe(true);
  });

  it.each([
    ["plain", Buffer.from("a\nb")],
    ["gzipped", NOISY_GZIP.subarray(0, 100_000)],
  ])("throws when the connection breaks, so that a %s object is delivered again", async (_name, bytes) => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield bytes;
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    }
    const reading = async (): Promise<void> => {
      for await (const line of linesOf(broken())) expect(line.kind).toBe("line");
    };
    await expect(reading()).rejects.toThrow("socket hang up");
  });
});
