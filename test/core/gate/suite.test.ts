import { parseSuite, SuiteError, sampleSuite } from "@bellwether/core/gate/suite";
import { type GoldenItem, goldenLines } from "@bellwether/core/review/dataset";
import { describe, expect, it } from "vitest";

const jsonl = (...items: readonly object[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join("");
const A = { id: "a", input: "How long?", contexts: ["Seven days."], reference: "7 days", tags: ["time"] };
const B = { id: "b", input: "How much?" };

const GOLDEN: GoldenItem = {
  id: "req-1",
  question: "Where is my parcel?",
  contexts: ["Parcels take 4 days."],
  answer: "Tomorrow.",
  reference: "It takes 4 days.",
  label: 0.2,
  rootCause: "hallucination" as GoldenItem["rootCause"],
  lineage: {
    requestId: "req-1",
    app: "bot",
    variant: null,
    promptVersion: null,
    modelId: null,
    judgeModel: null,
    judgeVersion: null,
    source: "a.jsonl#1",
    labels: [],
  },
};

describe("a suite", () => {
  it("fills in what an item leaves out", () => {
    expect(parseSuite(jsonl(B), "s.jsonl").items).toEqual([{ ...B, contexts: [], tags: [] }]);
  });

  it("has one hash whatever the order, spacing and lineage, and another for other content", () => {
    const { hash } = parseSuite(jsonl(A, B), "s");
    expect(parseSuite(`\ufeff\r\n${jsonl(B, { ...A, lineage: { from: "x" } })}\n\n`, "s").hash).toBe(hash);
    expect(parseSuite(jsonl(Object.fromEntries(Object.entries(A).toReversed()), B), "s").hash).toBe(hash);
    for (const other of [
      { ...A, input: "How short?" },
      { ...A, tags: [] },
      { ...A, contexts: ["8 days."] },
      { ...A, id: "c" },
    ])
      expect(parseSuite(jsonl(other, B), "s").hash).not.toBe(hash);
  });

  it("takes a golden set of reviews: what was answered wrongly then is asked again", () => {
    const [item] = parseSuite(goldenLines([GOLDEN]), "g").items;
    expect(item).toEqual({
      id: "req-1",
      input: "Where is my parcel?",
      contexts: ["Parcels take 4 days."],
      reference: "It takes 4 days.",
      tags: ["hallucination"],
      lineage: GOLDEN.lineage,
    });
  });

  it.each([
    ["no line", "", "s.jsonl:1: the suite has no items"],
    ["no JSON", `${jsonl(B)}\n{"id": "x"`, "s.jsonl:3: is not JSON"],
    ["an id twice", jsonl(A, B, A), 's.jsonl:3: the id "a" is taken by line 1'],
    ["no input", jsonl({ id: "a" }), /^s\.jsonl:1: input: /],
    ["an empty input", jsonl({ ...A, input: " " }), "s.jsonl:1: input: is empty"],
    ["an unknown key", jsonl({ ...A, context: [] }), /^s\.jsonl:1: \(item\): Unrecognized key: "context"/],
    [
      "an unknown expectation",
      jsonl({ ...A, expected: { max_word: 3 } }),
      /^s\.jsonl:1: expected: Unrecognized key/,
    ],
    [
      "a broken pattern",
      jsonl({ ...A, expected: { regex: "(" } }),
      /^s\.jsonl:1: expected\.regex: .*Unterminated group/,
    ],
    ["a list", "[]", /^s\.jsonl:1: \(item\): /],
    [
      "a golden case without its question",
      goldenLines([{ ...GOLDEN, question: null }]),
      /^s\.jsonl:1: question: this case was logged without/,
    ],
  ])("refuses %s with file, line and reason", (_, text, message) => {
    expect(() => parseSuite(text, "s.jsonl")).toThrow(SuiteError);
    expect(() => parseSuite(text, "s.jsonl")).toThrow(message);
  });

  it("draws the same sample every time, whatever else the suite holds before it", () => {
    const items = parseSuite(
      jsonl(...Array.from({ length: 400 }, (_, i) => ({ id: `i${i}`, input: "?" }))),
      "s",
    ).items;
    const ids = (drawn: typeof items) => drawn.map(({ id }) => id);
    const sample = sampleSuite(items, 100);
    expect(sample).toHaveLength(100);
    expect(ids(sampleSuite(items.toReversed(), 100)).toSorted()).toEqual(ids(sample).toSorted());
    expect(sampleSuite(items, 400)).toBe(items);
    expect(sampleSuite(items, undefined)).toBe(items);
    // Evenly drawn: the first half of the suite gets about half (within 4 standard deviations of a fair draw).
    const early = ids(sample).filter((id) => Number(id.slice(1)) < 200).length;
    expect(Math.abs(early - 50)).toBeLessThan(20);
  });
});
