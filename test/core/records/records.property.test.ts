import { readConversation } from "@bellwether/core/records/conversation-reader";
import { hasJudgeableText } from "@bellwether/core/records/judgeable";
import { parseRecord, withOutputBody } from "@bellwether/core/records/parse";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  converseBody,
  failedRecord,
  type Json,
  logRecord,
  userMessages,
} from "../../fixtures/records/build.ts";
import { STREAMS } from "../../fixtures/records/streams.ts";

const GOOD: readonly Json[] = [
  logRecord("Converse", {
    input: userMessages("<context>P</context>Q"),
    output: converseBody([{ text: "A" }]),
  }),
  logRecord("InvokeModel", { input: { prompt: "Q" }, output: { generation: "A", stop_reason: "stop" } }),
  ...Object.values(STREAMS).map((output) =>
    logRecord("InvokeModelWithResponseStream", {
      input: { messages: [{ role: "user", content: "Q" }] },
      output,
    }),
  ),
  failedRecord("ThrottlingException", { requestMetadata: { app: "a" } }),
];

/** Replaces one value somewhere in the JSON by another. */
function mutate(value: unknown, path: readonly number[], replacement: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return replacement;
  const entries = Object.entries(value);
  const picked = entries[step % Math.max(1, entries.length)];
  if (picked === undefined) return replacement;
  const changed = mutate(picked[1], rest, replacement);
  return Array.isArray(value)
    ? value.map((item, i) => (String(i) === picked[0] ? changed : item))
    : { ...value, [picked[0]]: changed };
}

/** The same JSON with every object's keys in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

const options = { contextTags: ["context"], contextPattern: "(P)" };
const record = fc.constantFrom(...GOOD);
const paths = fc.array(fc.nat(20), { minLength: 1, maxLength: 8 });

/** Runs everything that reads a record; the answer text and the ingest test must agree. */
function readAll(json: unknown): void {
  const parsed = parseRecord(json);
  if (!parsed.ok) {
    expect(parsed.rejection.detail.length).toBeLessThanOrEqual(200);
    return;
  }
  const conversation = readConversation(parsed.value, options);
  if (parsed.value.errorCode === undefined && parsed.value.output.kind === "inline") {
    expect(hasJudgeableText(parsed.value)).toBe(conversation.answer !== undefined);
  }
}

describe("records from anywhere", () => {
  it("never throws on arbitrary JSON", () => {
    fc.assert(fc.property(fc.jsonValue(), readAll), { numRuns: 500 });
  });

  it("never throws on arbitrary bodies", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (input, output) => {
        readAll(logRecord("InvokeModel", { input, output }));
        readAll(logRecord("Converse", { input, output }));
      }),
      { numRuns: 500 },
    );
  });

  it("never throws on a good record with one value changed, and stays consistent", () => {
    fc.assert(
      fc.property(record, paths, fc.jsonValue({ maxDepth: 2 }), (good, path, value) => {
        readAll(mutate(good, path, value));
      }),
      { numRuns: 3000 },
    );
  });

  it("does not depend on key order", () => {
    fc.assert(
      fc.property(record, paths, fc.jsonValue({ maxDepth: 2 }), (good, path, value) => {
        for (const json of [good, mutate(good, path, value)]) {
          const parsed = parseRecord(json);
          expect(parseRecord(reversed(json))).toEqual(parsed);
        }
      }),
    );
  });

  it("takes any fetched body", () => {
    const parsed = parseRecord(logRecord("Converse", {}));
    if (!parsed.ok) throw new Error("a body-less record is legal");
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(withOutputBody(parsed.value, json).output).toEqual({ kind: "inline", json });
      }),
    );
  });
});
