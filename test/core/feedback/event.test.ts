import { isNegative, isVote, readAppEvent } from "@bellwether/core/feedback/event";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const common = { feedbackId: "f-1", requestId: "r-1", at: "2026-10-06T07:57:00Z" };
const read = (detail: unknown) => {
  const event = readAppEvent("feedback", detail);
  if (event.kind !== "feedback") throw new Error(JSON.stringify(event));
  return event.feedback;
};

describe("a feedback event", () => {
  it.each([
    ["thumbs", "up", false, true],
    ["thumbs", "down", true, true],
    ["rating", 1, true, true],
    ["rating", 2, true, true],
    ["rating", 2.5, false, true],
    ["rating", 3, false, true],
    ["rating", 5, false, true],
    ["implicit", "copy", false, false],
    ["implicit", "regenerate", true, true],
    ["implicit", "escalate", true, true],
    ["implicit", "abandon", false, false],
    ["implicit", "rephrase", false, false],
    ["comment", "hm", false, false],
    ["comment", undefined, false, false],
    ["correction", "it is two years", true, true],
    ["correction", undefined, true, true],
  ])("%s %s is negative: %s, a vote: %s", (kind, value, negative, vote) => {
    const feedback = read({ ...common, kind, ...(value === undefined ? {} : { value }) });
    expect([isNegative(feedback), isVote(feedback)]).toEqual([negative, vote]);
    expect(feedback.at).toBe(Date.parse(common.at));
  });

  it("needs a request or a session", () => {
    const { requestId: _, ...loose } = common;
    expect(read({ ...loose, sessionId: "s", kind: "thumbs", value: "up" }).requestId).toBeUndefined();
    expect(readAppEvent("feedback", { ...loose, kind: "thumbs", value: "up" })).toMatchObject({
      kind: "invalid",
      detail: expect.stringContaining("neither requestId nor sessionId"),
    });
  });

  it("ignores keys it does not know", () => {
    expect(read({ ...common, kind: "thumbs", value: "up", extra: { deep: 1 } })).not.toHaveProperty("extra");
  });

  it("replaces what no key can hold", () => {
    expect(read({ ...common, kind: "thumbs", value: "up", user: "a\ud800" }).user).toBe("a\ufffd");
  });

  it.each([
    ["an unknown kind", { ...common, kind: "applause", value: 1 }, "kind"],
    ["thumbs sideways", { ...common, kind: "thumbs", value: "sideways" }, "value"],
    ["a rating of 0", { ...common, kind: "rating", value: 0 }, "value"],
    ["a rating of 6", { ...common, kind: "rating", value: 6 }, "value"],
    ["a rating in words", { ...common, kind: "rating", value: "5" }, "value"],
    ["no feedbackId", { requestId: "r", at: common.at, kind: "thumbs", value: "up" }, "feedbackId"],
    ["an empty feedbackId", { ...common, feedbackId: "", kind: "thumbs", value: "up" }, "feedbackId"],
    ["a time that is none", { ...common, at: "yesterday", kind: "thumbs", value: "up" }, "at"],
    ["a request id no log has", { ...common, requestId: "a\nb", kind: "thumbs", value: "up" }, "requestId"],
    ["a novel", { ...common, kind: "comment", value: "x".repeat(4_001) }, "value"],
    ["text", "thumbs up", "(root)"],
    ["nothing", null, "(root)"],
  ])("with %s is invalid, with its path", (_what, detail, path) => {
    expect(readAppEvent("feedback", detail)).toMatchObject({
      kind: "invalid",
      detail: expect.stringMatching(`^feedback: ${path.replace(/[()]/g, "\\$&")}: `),
    });
  });
});

describe("an interaction", () => {
  it("carries contexts, texts, tags and durations", () => {
    const detail = {
      requestId: "r-1",
      contexts: ["a", "b"],
      answer: "x",
      tags: { variant: "v2" },
      latencyMs: 12,
    };
    expect(readAppEvent("interaction", detail)).toEqual({ kind: "interaction", interaction: detail });
  });

  it.each([
    [{ contexts: [] }, "requestId"],
    [{ requestId: "r-1" }, "contexts"],
    [{ requestId: "r-1", contexts: [1] }, "contexts.0"],
    [{ requestId: "r-1", contexts: [], latencyMs: -1 }, "latencyMs"],
  ])("%j is invalid at %s", (detail, path) => {
    expect(readAppEvent("interaction", detail)).toMatchObject({
      kind: "invalid",
      detail: expect.stringMatching(`^interaction: ${path}: `),
    });
  });
});

describe("any event", () => {
  it("never makes the reader throw", () => {
    fc.assert(
      fc.property(fc.constantFrom("feedback", "interaction", "else", ""), fc.anything(), (type, detail) => {
        const event = readAppEvent(type, detail);
        if (event.kind === "invalid") expect(event.detail.length).toBeGreaterThan(0);
      }),
    );
  });

  it("of another type is invalid, its name cut", () => {
    expect(readAppEvent("x".repeat(500), {})).toEqual({
      kind: "invalid",
      detail: `unknown detail-type ${"x".repeat(80)}`,
    });
  });
});

describe("a look", () => {
  it.each([
    ["a request", { requestId: "r1" }, { requestId: "r1" }],
    ["a request and who asks", { requestId: "r1", by: "ann" }, { requestId: "r1", by: "ann" }],
  ])("names %s", (_what, detail, look) => {
    expect(readAppEvent("look", detail)).toEqual({ kind: "look", look });
  });

  it.each([
    ["no request", {}],
    ["an id that no record has", { requestId: "規" }],
    ["nobody", { requestId: "r1", by: "" }],
    ["nothing", undefined],
  ])("is invalid with %s", (_what, detail) => {
    expect(readAppEvent("look", detail)).toMatchObject({ kind: "invalid" });
  });
});
