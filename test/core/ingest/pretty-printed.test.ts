import { logLines } from "@bellwether/aws/log-lines";
import type { ObjectLine } from "@bellwether/core/ingest/log-line";
import { joinPrettyPrinted } from "@bellwether/core/ingest/pretty-printed";
import { describe, expect, it } from "vitest";
import { record } from "./record-line.ts";

async function* chunks(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

async function joined(text: string): Promise<readonly (readonly [ObjectLine["kind"], number, string])[]> {
  const lines: (readonly [ObjectLine["kind"], number, string])[] = [];
  for await (const line of await joinPrettyPrinted(logLines(chunks(text)))) {
    if (line.kind === "line") lines.push([line.kind, line.number, line.bytes.toString()]);
    else lines.push([line.kind, line.kind === "too_long" ? line.number : 0, ""]);
  }
  return lines;
}

describe("joinPrettyPrinted", () => {
  it.each([
    ["an object", record("r1")],
    ["an array", [record("r1"), record("r2")]],
  ])("makes one line of %s that spans lines", async (_name, json) => {
    const [line, ...more] = await joined(JSON.stringify(json, null, 2));
    expect(more).toEqual([]);
    expect(line?.slice(0, 2)).toEqual(["line", 1]);
    expect(JSON.parse(line?.[2] ?? "")).toEqual(json);
  });

  it("passes every line of other objects through", async () => {
    expect(await joined('{"a":1}\n{\n\n[')).toEqual([
      ["line", 1, '{"a":1}'],
      ["line", 2, "{"],
      ["line", 3, ""],
      ["line", 4, "["],
    ]);
    expect(await joined("")).toEqual([]);
  });

  it.each([
    ["is above 4 MiB", `{\n${`"${"x".repeat(1_000)}",\n`.repeat(5_000)}}`],
    ["is no JSON", `{\n${JSON.stringify(record("r1"))}\n${JSON.stringify(record("r2"))}\n`],
  ])("gives the lines one by one when what opens like a document %s", async (_name, text) => {
    const physical = text.replace(/\n$/, "").split("\n");
    expect(await joined(text)).toEqual(physical.map((line, i) => ["line", i + 1, line]));
  });

  it("gives the lines one by one, then the damage, when the document is cut", async () => {
    async function* cut(): AsyncGenerator<ObjectLine> {
      yield { kind: "line", number: 1, bytes: Buffer.from("[") };
      yield { kind: "line", number: 2, bytes: Buffer.from('{"a":1},') };
      yield { kind: "damaged", reason: "gzip_damaged", detail: "unexpected end of file" };
    }
    const kinds: unknown[] = [];
    for await (const line of await joinPrettyPrinted(cut())) kinds.push(line.kind);
    expect(kinds).toEqual(["line", "line", "damaged"]);
  });

  it("closes its source when the reader stops early", async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<ObjectLine> {
      try {
        for (let number = 1; ; number++) yield { kind: "line", number, bytes: Buffer.from("x") };
      } finally {
        closed = true;
      }
    }
    for await (const line of await joinPrettyPrinted(endless())) {
      if (line.kind === "line" && line.number === 3) break;
    }
    expect(closed).toBe(true);
  });
});
