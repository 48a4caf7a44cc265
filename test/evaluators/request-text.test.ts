import { parseConfig } from "@bellwether/core/config/config";
import { correctionKey } from "@bellwether/core/feedback/correction";
import type { OffloadedBody } from "@bellwether/core/ingest/log-line";
import { readText, type TextDeps } from "@bellwether/evaluators/request-text";
import { describe, expect, it } from "vitest";
import { knownRequest } from "../core/requests/known-request.ts";
import { converseBody, type Json, userMessages } from "../fixtures/records/build.ts";
import { chatRecord, DAY_MS } from "../support/chat-record.ts";

const config = parseConfig({});
const record = (overrides: Json = {}): Json =>
  chatRecord({ id: "r-1", at: DAY_MS, context: "Two years for all devices.", overrides });
const deps = (rest: Partial<TextDeps> = {}): TextDeps => ({
  readOffloadedBody: async () => ({ ok: false, reason: "missing" }),
  readDocument: async () => undefined,
  ...rest,
});
const read = (line: string | undefined, rest: Partial<TextDeps> = {}, request = knownRequest()) =>
  readText(request, line, config, deps(rest));

describe("readText", () => {
  it("rebuilds the texts from the log line", async () => {
    const text = await read(JSON.stringify(record()));
    expect(text).toMatchObject({
      ok: true,
      conversation: {
        question: expect.stringContaining("How long does the warranty last?"),
        answer: "The warranty lasts two years.",
        contexts: ["Two years for all devices."],
        contextSource: "tagged",
      },
    });
  });

  it("finds its record among several on one line", async () => {
    const other = chatRecord({ id: "r-0", at: DAY_MS, answer: "Another answer." });
    const text = await read(JSON.stringify(other) + JSON.stringify(record()));
    expect(text).toMatchObject({ ok: true, conversation: { answer: "The warranty lasts two years." } });
  });

  it.each([
    ["the line is gone", undefined],
    ["the line is another record's", JSON.stringify(chatRecord({ id: "r-2", at: DAY_MS }))],
    ["the line is no JSON", "{"],
    ["the line is empty", ""],
  ])("says so when %s", async (_what, line) => {
    expect(await read(line)).toEqual({ ok: false, reason: "source_missing" });
  });

  const offloaded = (key: string): Json => ({
    input: { inputContentType: "application/json", inputBodyS3Path: `s3://logs/data/${key}_input.json.gz` },
    output: {
      outputContentType: "application/json",
      outputBodyS3Path: `s3://logs/data/${key}_output.json.gz`,
    },
  });
  const bodies: Record<string, OffloadedBody> = {
    "data/a_input.json.gz": { ok: true, json: userMessages("How long?") },
    "data/a_output.json.gz": { ok: true, json: converseBody([{ text: "Two years." }]) },
    "data/b_output.json.gz": { ok: true, json: converseBody([{ text: "Two years." }]) },
  };
  const readOffloadedBody: TextDeps["readOffloadedBody"] = async (bucket, key) =>
    bucket === "logs"
      ? (bodies[key] ?? { ok: false, reason: "missing" })
      : { ok: false, reason: "foreign_bucket" };

  it("fetches offloaded bodies", async () => {
    const text = await read(JSON.stringify(record(offloaded("a"))), { readOffloadedBody });
    expect(text).toMatchObject({ ok: true, conversation: { question: "How long?", answer: "Two years." } });
  });

  it("judges an answer whose question is lost, but not a lost answer", async () => {
    const text = await read(JSON.stringify(record(offloaded("b"))), { readOffloadedBody });
    expect(text.ok && text.conversation.answer).toBe("Two years.");
    expect(text.ok && text.conversation.question).toBeUndefined();
    expect(await read(JSON.stringify(record(offloaded("c"))), { readOffloadedBody })).toEqual({
      ok: false,
      reason: "body_missing",
    });
  });

  it("never reads a body from a foreign bucket", async () => {
    const foreign = JSON.stringify(record(offloaded("a"))).replaceAll("s3://logs/", "s3://theirs/");
    expect(await read(foreign, { readOffloadedBody })).toEqual({ ok: false, reason: "body_foreign_bucket" });
  });
});

describe("an interaction", () => {
  const request = knownRequest({ interactionKey: "interactions/r-1.json" });
  const withDocument = (document: unknown): Partial<TextDeps> => ({
    readDocument: async (key) => (key === "interactions/r-1.json" ? JSON.stringify(document) : undefined),
  });
  const line = JSON.stringify(record());

  it("comes before what the prompt holds", async () => {
    const document = { requestId: "r-1", contexts: ["From the app."], question: "Q?", answer: "A." };
    expect(await read(line, withDocument(document), request)).toMatchObject({
      ok: true,
      conversation: {
        contexts: ["From the app."],
        contextSource: "interaction",
        contextTruncated: false,
        question: "Q?",
        answer: "A.",
      },
    });
  });

  it("without contexts leaves those of the prompt", async () => {
    expect(await read(line, withDocument({ requestId: "r-1", contexts: [] }), request)).toMatchObject({
      ok: true,
      conversation: { contexts: ["Two years for all devices."], contextSource: "tagged" },
    });
  });

  it("that is gone leaves the log's texts", async () => {
    expect(await read(line, {}, request)).toMatchObject({
      ok: true,
      conversation: { contextSource: "tagged" },
    });
  });

  it("is not looked for when the item names none", async () => {
    const readDocument = async (): Promise<never> => {
      throw new Error("asked");
    };
    expect((await read(line, { readDocument })).ok).toBe(true);
  });
});

describe("a correction", () => {
  const trusting = parseConfig({ judge: { correctionsAsReference: true } });
  const vote = (feedbackId: string, at: number, negative = true) => ({
    feedbackId,
    at,
    negative,
    user: feedbackId,
  });
  const stored = new Map([
    [correctionKey("old"), { requestId: "r-1", value: "Three years." }],
    [correctionKey("new"), { requestId: "r-1", value: "Four years." }],
    [correctionKey("foreign"), { requestId: "r-2", value: "Five years." }],
  ]);
  const referenceOf = async (from: typeof config, ...votes: ReturnType<typeof vote>[]) => {
    const readDocument = async (key: string) => {
      const document = stored.get(key);
      return document === undefined ? undefined : JSON.stringify(document);
    };
    const text = await readText(
      knownRequest({ votes }),
      JSON.stringify(record()),
      from,
      deps({ readDocument }),
    );
    return text.ok ? text.reference : text.reason;
  };

  it("is the reference where corrections are trusted, the newest first", async () => {
    expect(await referenceOf(trusting, vote("old", 1), vote("new", 2))).toBe("Four years.");
    expect(await referenceOf(trusting, vote("old", 1), vote("thumb", 2))).toBe("Three years.");
  });

  it("counts for its own request, with a vote that stands, and only where trusted", async () => {
    expect(await referenceOf(trusting, vote("foreign", 1))).toBeUndefined();
    expect(await referenceOf(trusting, vote("new", 1, false))).toBeUndefined();
    expect(await referenceOf(trusting)).toBeUndefined();
    expect(await referenceOf(config, vote("new", 2))).toBeUndefined();
  });
});
