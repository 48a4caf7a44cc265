import { decodeJson, decodeLine, isTooDeep } from "@bellwether/core/records/decode";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

function reasonOf(text: string): string {
  const decoded = decodeLine(text);
  return decoded.ok ? "ok" : decoded.rejection.reason;
}

const nested = (levels: number, open: string, close: string) => open.repeat(levels) + close.repeat(levels);

describe("decodeLine", () => {
  it.each([
    ['{"a":1}', [{ a: 1 }]],
    [' {"a":1}\r', [{ a: 1 }]],
    ['\ufeff{"a":1}', [{ a: 1 }]],
    ['[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['{"a":1}{"a":2}', [{ a: 1 }, { a: 2 }]],
    ['{"a":1} {"a":{"b":2}}\t{"a":3}', [{ a: 1 }, { a: { b: 2 } }, { a: 3 }]],
    ['{"a":"}{"}{"b":"\\"}{\\\\"}', [{ a: "}{" }, { b: '"}{\\' }]],
    ['{"a":"\\ud800"}', [{ a: "\ud800" }]],
  ])("decodes %s", (text, values) => {
    expect(decodeLine(text)).toEqual({ ok: true, value: values });
  });

  it.each([
    ["", "not_json"],
    ["{", "not_json"],
    ["hello", "not_json"],
    ['{"a":1', "not_json"],
    ['{"a":1}{"a":', "not_json"],
    ['{"a":1}x', "not_json"],
    ['{"a":1}]{"a":2}', "not_json"],
    ['}{"a":1}', "not_json"],
    ["{'a':1}", "not_json"],
    ['{"a":NaN}', "not_json"],
    ["1", "not_object"],
    ["null", "not_object"],
    ['"text"', "not_object"],
    ["true", "not_object"],
    ["[]", "not_object"],
  ])("rejects %s", (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  it("reads 200 levels and rejects 201, closed or not", () => {
    expect(reasonOf(`{"a":${nested(199, "[", "]")}}`)).toBe("ok");
    expect(reasonOf(`{"a":${nested(200, "[", "]")}}`)).toBe("too_deep");
    expect(reasonOf(`${'{"a":'.repeat(201)}1${"}".repeat(201)}`)).toBe("too_deep");
    expect(reasonOf("[".repeat(200_000))).toBe("too_deep");
    expect(reasonOf(nested(200_000, "[", "]"))).toBe("too_deep");
    expect(reasonOf(`{"a":1}${'{"a":'.repeat(200_000)}`)).toBe("too_deep");
  });

  it("does not count brackets inside strings or side by side", () => {
    expect(reasonOf(JSON.stringify({ a: '[\\"{'.repeat(1000) }))).toBe("ok");
    expect(reasonOf(JSON.stringify({ a: Array.from({ length: 1000 }, () => [{}]) }))).toBe("ok");
  });

  it("leaves prototypes alone", () => {
    const decoded = decodeLine('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    expect(decoded.ok).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("quotes nothing of the line in the detail", () => {
    const decoded = decodeLine("my secret prompt");
    expect(decoded.ok ? "" : decoded.rejection.detail).not.toContain("secret");
  });

  it("never throws and answers an array or a reason", () => {
    const pieces = fc.constantFrom("{", "}", "[", "]", '"', "\\", ",", ":", "1", '"a":', "\ud800", " ");
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const decoded = decodeLine(text);
        expect(decoded.ok ? decoded.value.length > 0 : decoded.rejection.detail.length <= 200).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("decodes what was written, alone, in an array or glued", () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), {
      minLength: 2,
      maxLength: 4,
    });
    fc.assert(
      fc.property(objects, (values) => {
        const written = values.map((value) => JSON.stringify(value));
        const expected = written.map((text) => JSON.parse(text) as unknown);
        expect(decodeLine(written.join(""))).toEqual({ ok: true, value: expected });
        expect(decodeLine(`[${written.join(",")}]`)).toEqual({ ok: true, value: expected });
        expect(decodeLine(written[0] ?? "")).toEqual({ ok: true, value: expected.slice(0, 1) });
      }),
    );
  });
});

describe("decodeJson", () => {
  it("keeps an array body whole", () => {
    expect(decodeJson('[{"type":"message_start"},"[DONE]"]')).toEqual({
      ok: true,
      value: [{ type: "message_start" }, "[DONE]"],
    });
  });
});

describe("isTooDeep", () => {
  it("agrees with the depth of the value", () => {
    fc.assert(
      fc.property(fc.integer({ min: 150, max: 250 }), fc.string(), (levels, text) => {
        const inner = JSON.stringify([text]);
        expect(isTooDeep("[".repeat(levels - 1) + inner + "]".repeat(levels - 1))).toBe(levels > 200);
      }),
    );
  });
});
