import { scrubLog } from "@bellwether/core/forget/scrub-log";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const scrub = (text: string, isTheirs: (text: string, line: number) => boolean) => {
  const { bytes, ...rest } = scrubLog(Buffer.from(text), isTheirs);
  return { text: Buffer.from(bytes).toString("utf8"), ...rest };
};
const has = (word: string) => (text: string) => text.includes(word);

describe("scrubLog", () => {
  it("empties their lines and leaves every other line where it is", () => {
    expect(scrub("a\nbob\n\nc\nbob", has("bob"))).toEqual({ text: "a\n\n\nc\n", lines: [2, 5], bodies: [] });
  });

  it("keeps number and bytes of all other lines, and finds nothing the second time", () => {
    const line = fc.constantFrom("", "{}", "bob", '{"x":"ü🙂"}', "  ", "bob\r");
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        const once = scrub(lines.join("\n"), has("bob"));
        expect(once.text.split("\n")).toEqual(lines.map((one) => (one.includes("bob") ? "" : one)));
        expect(once.lines).toEqual(lines.flatMap((one, i) => (one.includes("bob") ? [i + 1] : [])));
        expect(scrub(once.text, has("bob"))).toEqual({ text: once.text, lines: [], bodies: [] });
      }),
    );
  });

  it("names the bodies that the record kept elsewhere", () => {
    const record = JSON.stringify({
      requestId: "bob",
      input: { inputBodyS3Path: "s3://logs/x/data/1_input.json.gz" },
      output: { outputBodyS3Path: "s3://logs/x/data/1_output.json.gz" },
    });
    expect(scrub(`${record}\n`, has("bob")).bodies).toEqual([
      "s3://logs/x/data/1_input.json.gz",
      "s3://logs/x/data/1_output.json.gz",
    ]);
  });

  it("takes a document over several lines as a whole and keeps their number", () => {
    expect(scrub('{\n  "requestId": "bob"\n}\n', has("bob"))).toMatchObject({ text: "\n\n\n", lines: [1] });
    expect(scrub('{\n  "requestId": "ann"\n}\n', has("bob"))).toMatchObject({ lines: [] });
  });
});
