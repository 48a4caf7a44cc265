import { readVerdicts } from "@bellwether/evaluators/verdicts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeInput, textResponse, toolResponse, verdicts } from "./verdict-fixtures.ts";

const input = judgeInput();
const polite = { id: "polite", instruction: "Is the answer polite?" };

describe("readVerdicts", () => {
  it("reads verdicts that cover every passage", () => {
    expect(readVerdicts(toolResponse(verdicts()), input)).toStrictEqual({ ok: true, verdicts: verdicts() });
  });

  it("ignores text and reasoning beside the tool call, and keys it does not know", () => {
    const call = toolResponse({ ...verdicts(), confidence: 0.9 }) as {
      output: { message: { content: object[] } };
    };
    call.output.message.content.unshift({ text: "Here you go." }, { reasoningContent: {} });
    expect(readVerdicts(call, input)).toStrictEqual({ ok: true, verdicts: verdicts() });
  });

  const { safety: _safety, ...unsafe } = verdicts();
  const cases: [string, unknown, string][] = [
    ["no tool call", textResponse("9/10, well done"), "tool_missing"],
    ["words of refusal", textResponse("I’m sorry, but I can’t evaluate this."), "refused"],
    ["a guardrail", textResponse("blocked", "guardrail_intervened"), "refused"],
    ["a content filter", textResponse("", "content_filtered"), "refused"],
    ["the token limit, although it parses", toolResponse(verdicts(), "max_tokens"), "output_truncated"],
    ["no response object", "oops", "schema_invalid"],
    ["an empty response", {}, "schema_invalid"],
    ["input as a string", toolResponse(JSON.stringify(verdicts())), "schema_invalid"],
    ["a missing field", toolResponse(unsafe), "schema_invalid"],
    [
      "a score where a verdict belongs",
      toolResponse({ ...verdicts(), addresses_question: 0.7 }),
      "unknown_enum",
    ],
    ["an unknown word", toolResponse({ ...verdicts(), addresses_question: "mostly" }), "unknown_enum"],
    [
      "an unknown category",
      toolResponse({ ...verdicts(), safety: { category: "spam", flagged: true } }),
      "unknown_enum",
    ],
    [
      "a passage number of 0",
      toolResponse({ ...verdicts(), chunks: [{ index: 0, useful: "yes" }] }),
      "out_of_range",
    ],
    [
      "evidence beyond the passages",
      toolResponse(verdicts({ claims: [{ text: "a", supported: "yes", evidence: [3] }] })),
      "out_of_range",
    ],
    [
      "a fractional index",
      toolResponse({ ...verdicts(), chunks: [{ index: 1.5, useful: "yes" }] }),
      "schema_invalid",
    ],
    ["an unjudged passage", toolResponse(verdicts({ chunks: [{ index: 2, useful: "yes" }] })), "incomplete"],
    [
      "a passage judged twice",
      toolResponse(
        verdicts({
          chunks: [
            { index: 1, useful: "yes" },
            { index: 1, useful: "no" },
          ],
        }),
      ),
      "schema_invalid",
    ],
    [
      "a flag without category",
      toolResponse(verdicts({ safety: { category: "none", flagged: true } })),
      "schema_invalid",
    ],
    [
      "a criterion nobody asked for",
      toolResponse(verdicts({ custom: [{ id: "polite", verdict: "yes" }] })),
      "unknown_enum",
    ],
  ];
  it.each(cases)("fails on %s", (_, response, reason) => {
    expect(readVerdicts(response, input)).toMatchObject({ ok: false, reason });
  });

  it("fails on two tool calls rather than picking one", () => {
    const call = toolResponse(verdicts()) as { output: { message: { content: object[] } } };
    call.output.message.content.push(...call.output.message.content);
    expect(readVerdicts(call, input)).toMatchObject({ ok: false, reason: "schema_invalid" });
  });

  it("needs reference claims exactly when there is a reference", () => {
    const withReference = judgeInput({ reference: "Within 14 days." });
    expect(readVerdicts(toolResponse(verdicts()), withReference)).toMatchObject({ reason: "incomplete" });
    const complete = verdicts({ reference_claims: [] });
    expect(readVerdicts(toolResponse(complete), withReference)).toMatchObject({ ok: true });
  });

  it("needs every criterion once", () => {
    const answered = (...ids: string[]) =>
      readVerdicts(toolResponse(verdicts({ custom: ids.map((id) => ({ id, verdict: "yes" })) })), input, [
        polite,
      ]);
    expect(answered("polite")).toMatchObject({ ok: true });
    expect(answered()).toMatchObject({ reason: "incomplete" });
    expect(answered("polite", "polite")).toMatchObject({ reason: "schema_invalid" });
  });

  it("names the place of the mistake without repeating content", () => {
    const bad = toolResponse({ ...verdicts(), claims: [{ text: "secret", supported: "perhaps secret" }] });
    const reading = readVerdicts(bad, input);
    expect(reading).toMatchObject({ detail: expect.stringContaining("claims.0.supported") });
    expect(JSON.stringify(reading)).not.toContain("secret");
  });

  it("never throws and never invents verdicts, whatever comes back", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(readVerdicts(value, input).ok).toBe(false);
        expect(readVerdicts(toolResponse(value), input).ok).toBe(false);
      }),
    );
  });
});
