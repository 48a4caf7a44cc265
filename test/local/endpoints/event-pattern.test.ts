import { compilePattern, matchesPattern } from "@bellwether/local/endpoints/event-pattern";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

type Json = Record<string, unknown>;

// Operators and examples: EventBridge guide, "Comparison operators for use in event patterns"; array and absence
// semantics: README of aws/event-ruler.
const cases: [string, Json, Json, boolean][] = [
  ["exact string", { a: ["x", "y"] }, { a: "y" }, true],
  ["exact string differs in case", { a: ["x"] }, { a: "X" }, false],
  ["exact number", { a: [1] }, { a: 1.0 }, true],
  ["a number is not its text", { a: ["1"] }, { a: 1 }, false],
  ["boolean", { a: [true] }, { a: true }, true],
  ["null", { a: [null] }, { a: null }, true],
  ["null is not absence", { a: [null] }, {}, false],
  ["empty string", { a: [""] }, { a: "" }, true],
  ["empty string is not null", { a: [""] }, { a: null }, false],
  ["keys are case-sensitive", { A: ["x"] }, { a: "x" }, false],
  ["keys are AND", { a: ["x"], b: ["y"] }, { a: "x", b: "z" }, false],
  ["inherited properties are no fields", { constructor: [{ exists: true }] }, {}, false],
  ["prefix", { a: [{ prefix: "ab" }] }, { a: "abc" }, true],
  ["prefix needs a string", { a: [{ prefix: "1" }] }, { a: 12 }, false],
  ["prefix ignoring case", { a: [{ prefix: { "equals-ignore-case": "AB" } }] }, { a: "abc" }, true],
  ["suffix", { a: [{ suffix: ".gz" }] }, { a: "x.json.gz" }, true],
  ["suffix fails", { a: [{ suffix: ".gz" }] }, { a: "x.json" }, false],
  ["suffix ignoring case", { a: [{ suffix: { "equals-ignore-case": ".GZ" } }] }, { a: "x.gz" }, true],
  ["equals-ignore-case", { a: [{ "equals-ignore-case": "Alice" }] }, { a: "aLICE" }, true],
  ["anything-but a value", { a: [{ "anything-but": "x" }] }, { a: "y" }, true],
  ["anything-but that value", { a: [{ "anything-but": "x" }] }, { a: "x" }, false],
  ["anything-but needs the field", { a: [{ "anything-but": "x" }] }, {}, false],
  ["anything-but a number", { a: [{ "anything-but": 404 }] }, { a: 404 }, false],
  ["anything-but a list", { a: [{ "anything-but": ["x", "y"] }] }, { a: "y" }, false],
  ["anything-but a list of numbers", { a: [{ "anything-but": [1, 2] }] }, { a: 3 }, true],
  ["anything-but prefix", { a: [{ "anything-but": { prefix: "init" } }] }, { a: "initial" }, false],
  ["anything-but prefixes", { a: [{ "anything-but": { prefix: ["a", "b"] } }] }, { a: "c" }, true],
  ["anything-but suffix", { a: [{ "anything-but": { suffix: ".txt" } }] }, { a: "a.txt" }, false],
  [
    "anything-but equals-ignore-case",
    { a: [{ "anything-but": { "equals-ignore-case": "X" } }] },
    { a: "x" },
    false,
  ],
  ["anything-but wildcard", { a: [{ "anything-but": { wildcard: "*/tmp/*" } }] }, { a: "a/tmp/b" }, false],
  [
    "anything-but wildcard elsewhere",
    { a: [{ "anything-but": { wildcard: "*/tmp/*" } }] },
    { a: "a/b" },
    true,
  ],
  [
    "anything-but on an array: one other element is enough",
    { a: [{ "anything-but": "x" }] },
    { a: ["x", "y"] },
    true,
  ],
  ["numeric equal", { a: [{ numeric: ["=", 301.8] }] }, { a: 3.018e2 }, true],
  ["numeric range", { a: [{ numeric: [">", 0, "<=", 5] }] }, { a: 5 }, true],
  ["numeric range is open below", { a: [{ numeric: [">", 0, "<=", 5] }] }, { a: 0 }, false],
  ["numeric less", { a: [{ numeric: ["<", 10] }] }, { a: 10 }, false],
  ["numeric at least", { a: [{ numeric: [">=", 10] }] }, { a: 10 }, true],
  ["numeric needs a number", { a: [{ numeric: [">", 0] }] }, { a: "5" }, false],
  ["numeric stops at 5e9", { a: [{ numeric: [">", 0] }] }, { a: 5.1e9 }, false],
  ["exists", { a: [{ exists: true }] }, { a: null }, true],
  ["exists fails", { a: [{ exists: true }] }, { b: 1 }, false],
  ["exists holds for leaves only", { a: [{ exists: true }] }, { a: { b: 1 } }, false],
  ["absent", { a: [{ exists: false }] }, { b: 1 }, true],
  ["an inner node is an absent leaf", { a: [{ exists: false }] }, { a: { b: 1 } }, true],
  ["absent under an absent parent", { a: { b: [{ exists: false }] } }, {}, true],
  ["absent under an empty array", { a: { b: [{ exists: false }] } }, { a: [] }, true],
  ["absence looks at the whole event", { a: { b: [{ exists: false }] } }, { a: [{ b: 1 }, { c: 2 }] }, false],
  ["cidr", { a: [{ cidr: "10.0.0.0/24" }] }, { a: "10.0.0.255" }, true],
  ["cidr outside", { a: [{ cidr: "10.0.0.0/24" }] }, { a: "10.0.1.0" }, false],
  ["cidr needs an address", { a: [{ cidr: "10.0.0.0/24" }] }, { a: "ten" }, false],
  ["cidr of IPv6", { a: [{ cidr: "2001:db8::/32" }] }, { a: "2001:db8::1" }, true],
  ["wildcard", { a: [{ wildcard: "dir/*.png" }] }, { a: "dir/sub/x.png" }, true],
  ["wildcard spans lines", { a: [{ wildcard: "a*b" }] }, { a: "a\n\nb" }, true],
  ["wildcard matches all of the text", { a: [{ wildcard: "a*" }] }, { a: "ba" }, false],
  ["a dot is a dot in a wildcard", { a: [{ wildcard: "a.b" }] }, { a: "axb" }, false],
  ["escaped wildcard", { a: [{ wildcard: "a\\*b" }] }, { a: "a*b" }, true],
  ["escaped wildcard is literal", { a: [{ wildcard: "a\\*b" }] }, { a: "axb" }, false],
  ["escaped backslash", { a: [{ wildcard: "a\\\\*" }] }, { a: "a\\tail" }, true],
  ["wildcard beyond the basic plane", { a: [{ wildcard: "🐏*" }] }, { a: "🐏bell" }, true],
  ["event array intersects", { a: ["x"] }, { a: ["w", "x"] }, true],
  ["event array is disjoint", { a: ["x"] }, { a: ["w"] }, false],
  ["nested event arrays", { a: ["x"] }, { a: [["w"], ["x"]] }, true],
  [
    "one array element holds the whole inner pattern",
    { a: { b: [1], c: [2] } },
    { a: [{ b: 1, c: 2 }] },
    true,
  ],
  ["two array elements do not share one", { a: { b: [1], c: [2] } }, { a: [{ b: 1 }, { c: 2 }] }, false],
  ["$or first", { $or: [{ a: [1] }, { b: [2] }] }, { a: 1 }, true],
  ["$or second", { $or: [{ a: [1] }, { b: [2] }] }, { a: 9, b: 2 }, true],
  ["$or neither", { $or: [{ a: [1] }, { b: [2] }] }, { a: 9, b: 9 }, false],
  ["$or inside AND", { s: ["x"], $or: [{ a: [1] }, { b: [2] }] }, { s: "y", a: 1 }, false],
  [
    "$or nested in an object",
    { d: { $or: [{ a: [1] }, { b: [{ exists: false }] }] } },
    { d: { a: 2 } },
    true,
  ],
  ["$or as an ordinary field", { $or: { a: [1] } }, { $or: { a: 1 } }, true],
  ["mixed alternatives", { a: [{ prefix: "x" }, { numeric: ["<", 0] }, null] }, { a: -1 }, true],
];

describe("an event pattern", () => {
  it.each(cases)("%s", (_name, pattern, event, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected);
  });

  it.each<[string, Json]>([
    ["an unknown operator", { a: [{ "starts-with": "x" }] }],
    ["an inherited name as operator", { a: [{ constructor: "x" }] }],
    ["an unknown operator behind a field that does not match", { z: ["no"], a: [{ regex: "x" }] }],
    ["an unknown operator in anything-but", { a: [{ "anything-but": { cidr: "10.0.0.0/8" } }] }],
    ["an unknown operator in prefix", { a: [{ prefix: { wildcard: "x" } }] }],
    ["an unknown comparison", { a: [{ numeric: ["!=", 1] }] }],
    ["a bound beyond 5e9", { a: [{ numeric: [">", 6e9] }] }],
    ["half a comparison", { a: [{ numeric: [">"] }] }],
    ["two operators in one object", { a: [{ prefix: "x", suffix: "y" }] }],
    ["a bare value", { a: "x" }],
    ["an empty list", { a: [] }],
    ["an empty pattern", {}],
    ["a nested list", { a: [["x"]] }],
    ["anything-but of mixed types", { a: [{ "anything-but": ["x", 1] }] }],
    ["consecutive wildcards", { a: [{ wildcard: "a**" }] }],
    ["a bad escape", { a: [{ wildcard: "a\\b" }] }],
    ["a cidr without mask", { a: [{ cidr: "10.0.0.0" }] }],
    ["a single $or alternative", { $or: [{ a: [1] }] }],
    ["exists with a text", { a: [{ exists: "true" }] }],
  ])("refuses %s", (_name, pattern) => {
    expect(() => compilePattern(pattern)).toThrow(/event pattern/);
  });

  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));

  it("matches every event against its own leaves", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }).map((k) => `k${k}`),
          leaf,
          { minKeys: 1 },
        ),
        (event) => {
          const pattern = Object.fromEntries(Object.entries(event).map(([key, value]) => [key, [value]]));
          expect(matchesPattern(pattern, event)).toBe(true);
        },
      ),
    );
  });

  it("splits every present string between an operator and its anything-but", () => {
    const operator = fc.constantFrom("prefix", "suffix", "equals-ignore-case");
    fc.assert(
      fc.property(fc.string(), fc.string(), operator, (value, part, name) => {
        const positive = matchesPattern({ a: [{ [name]: part }] }, { a: value });
        const negative = matchesPattern({ a: [{ "anything-but": { [name]: part } }] }, { a: value });
        expect(positive).toBe(!negative);
      }),
    );
  });

  it("reads a wildcard built from a text's own pieces", () => {
    const piece = fc.string({ unit: "grapheme" });
    const literal = (text: string) => text.replace(/[\\*]/g, "\\$&");
    fc.assert(
      fc.property(piece, piece, piece, (head, middle, tail) => {
        const pattern = { a: [{ wildcard: `${literal(head)}*${literal(tail)}` }] };
        expect(matchesPattern(pattern, { a: head + middle + tail })).toBe(true);
        expect(matchesPattern(pattern, { a: `${head + middle + tail}#` })).toBe(
          `${middle}${tail}#`.endsWith(tail),
        );
      }),
    );
  });
});
