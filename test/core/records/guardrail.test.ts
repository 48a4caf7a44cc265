import { hasJudgeableText } from "@bellwether/core/records/judgeable";
import { describe, expect, it } from "vitest";
import { converseBody, invocationOf, type Json, logRecord } from "../../fixtures/records/build.ts";
import { STREAMS } from "../../fixtures/records/streams.ts";

const filters = (action: string) => ({
  contentPolicy: { filters: [{ type: "VIOLENCE", confidence: "HIGH", action }] },
});
const pii = (action: string) => ({
  sensitiveInformationPolicy: { piiEntities: [{ type: "EMAIL", match: "x", action }] },
});
const latency = (ms: number) => ({ invocationMetrics: { guardrailProcessingLatency: ms } });

const converse = (trace: Json | undefined, stopReason: string): Json =>
  logRecord("Converse", {
    output: converseBody([{ text: "Sorry." }], { stopReason, ...(trace && { trace: { guardrail: trace } }) }),
  });

const invoke = (action: string | undefined, trace?: Json): Json =>
  logRecord("InvokeModel", {
    output: {
      type: "message",
      content: [{ type: "text", text: "Sorry." }],
      stop_reason: "end_turn",
      ...(action && { "amazon-bedrock-guardrailAction": action }),
      ...(trace && { "amazon-bedrock-trace": { guardrail: trace } }),
    },
  });

describe("guardrail outcome", () => {
  it.each([
    ["no guardrail", converse(undefined, "end_turn"), undefined, true],
    [
      "Converse without trace",
      converse(undefined, "guardrail_intervened"),
      { intervened: true, where: [], policies: [] },
      false,
    ],
    [
      "Converse input block",
      converse(
        { inputAssessment: { gr1: { ...filters("BLOCKED"), ...latency(179) } } },
        "guardrail_intervened",
      ),
      { intervened: true, where: ["input"], policies: ["contentPolicy"], processingLatencyMs: 179 },
      false,
    ],
    [
      "Converse output block, array form of the logs",
      converse(
        {
          inputAssessment: { gr1: { ...filters("NONE"), ...latency(100) } },
          outputAssessments: [{ gr1: { ...pii("BLOCKED"), ...latency(50) } }],
          modelOutput: ["secret"],
        },
        "guardrail_intervened",
      ),
      {
        intervened: true,
        where: ["output"],
        policies: ["sensitiveInformationPolicy"],
        processingLatencyMs: 150,
      },
      false,
    ],
    [
      "Converse output, map form of the API",
      converse({ outputAssessments: { gr1: [pii("BLOCKED"), filters("BLOCKED")] } }, "guardrail_intervened"),
      { intervened: true, where: ["output"], policies: ["contentPolicy", "sensitiveInformationPolicy"] },
      false,
    ],
    [
      "masked output is still the model's answer",
      converse({ outputAssessments: [{ gr1: pii("ANONYMIZED") }] }, "guardrail_intervened"),
      { intervened: true, where: ["output"], policies: ["sensitiveInformationPolicy"] },
      true,
    ],
    [
      "detect mode",
      converse({ inputAssessment: { gr1: filters("NONE") }, actionReason: "No action." }, "end_turn"),
      { intervened: false, where: [], policies: [] },
      true,
    ],
    ["an empty trace", converse({}, "end_turn"), { intervened: false, where: [], policies: [] }, true],
    ["InvokeModel NONE", invoke("NONE"), { intervened: false, where: [], policies: [] }, true],
    ["InvokeModel without keys", invoke(undefined), undefined, true],
    [
      "InvokeModel both sides",
      invoke("INTERVENED", {
        input: { gr1: filters("BLOCKED") },
        outputs: [{ gr1: filters("BLOCKED") }, { gr2: pii("ANONYMIZED") }],
      }),
      {
        intervened: true,
        where: ["input", "output"],
        policies: ["contentPolicy", "sensitiveInformationPolicy"],
      },
      false,
    ],
    [
      "a stream",
      logRecord("InvokeModelWithResponseStream", { output: STREAMS.blocked }),
      { intervened: true, where: ["input"], policies: ["topicPolicy"], processingLatencyMs: 210 },
      false,
    ],
    [
      "a native stop reason of InvokeModel says nothing",
      logRecord("InvokeModel", { output: { generation: "x", stop_reason: "guardrail_intervened" } }),
      undefined,
      true,
    ],
    [
      "a Converse trace in an InvokeModel body says nothing",
      logRecord("InvokeModel", {
        output: { generation: "x", trace: { guardrail: { inputAssessment: { a: filters("BLOCKED") } } } },
      }),
      undefined,
      true,
    ],
  ])("%s", (_, record, outcome, judgeable) => {
    const invocation = invocationOf(record);
    if (outcome === undefined) expect(invocation.guardrail).toBeUndefined();
    else expect(invocation.guardrail).toMatchObject(outcome);
    if (outcome !== undefined && !("processingLatencyMs" in outcome))
      expect(invocation.guardrail).not.toHaveProperty("processingLatencyMs");
    expect(hasJudgeableText(invocation)).toBe(judgeable);
  });
});

describe("what a guardrail did on each side", () => {
  const grounding = (score: number, more: Json = {}) => ({
    contextualGroundingPolicy: {
      filters: [{ type: "GROUNDING", threshold: 0.7, score, action: "NONE", ...more }],
    },
  });
  const none = { input: [], output: [] };

  it.each([
    [
      "a block of the prompt (Converse)",
      converse({ inputAssessment: { gr1: filters("BLOCKED") } }, "guardrail_intervened"),
      { acted: { input: ["contentPolicy"], output: [] }, detected: [], assessed: true, assessments: 1 },
    ],
    [
      "both sides, three assessments (InvokeModel)",
      invoke("INTERVENED", {
        input: { gr1: filters("BLOCKED") },
        outputs: [{ gr1: filters("NONE") }, { gr2: pii("ANONYMIZED") }],
      }),
      {
        acted: { input: ["contentPolicy"], output: ["sensitiveInformationPolicy"] },
        detected: ["contentPolicy"],
        assessments: 3,
      },
    ],
    [
      "a stream",
      logRecord("InvokeModelWithResponseStream", { output: STREAMS.blocked }),
      { acted: { input: ["topicPolicy"], output: [] }, assessments: 1, assessed: true },
    ],
    [
      "a block without a trace: nobody knows which policy",
      converse(undefined, "guardrail_intervened"),
      { intervened: true, acted: none, detected: [], assessed: true, assessments: 0 },
    ],
    [
      "InvokeModel that passed without a trace",
      invoke("NONE"),
      { intervened: false, assessed: true, assessments: 0 },
    ],
    ["an empty Converse trace", converse({}, "end_turn"), { assessed: false, assessments: 0 }],
    [
      "an assessment without a finding",
      converse({ inputAssessment: { gr1: latency(80) } }, "end_turn"),
      { intervened: false, assessed: true, assessments: 1, detected: [], processingLatencyMs: 80 },
    ],
    [
      "detect mode, with and without its flag",
      converse(
        {
          inputAssessment: {
            gr1: {
              ...filters("NONE"),
              topicPolicy: { topics: [{ name: "x", type: "DENY", action: "NONE", detected: true }] },
            },
          },
        },
        "end_turn",
      ),
      { intervened: false, acted: none, detected: ["topicPolicy", "contentPolicy"] },
    ],
    [
      "a full trace lists what was not found",
      converse(
        {
          inputAssessment: {
            gr1: {
              contentPolicy: {
                filters: [{ type: "HATE", confidence: "NONE", action: "NONE", detected: false }],
              },
              wordPolicy: { customWords: [{ match: "x", action: "NONE", detected: false }] },
            },
            gr2: { contentPolicy: { filters: [{ type: "HATE", confidence: "NONE", action: "NONE" }] } },
          },
        },
        "end_turn",
      ),
      { intervened: false, detected: [], assessments: 2 },
    ],
    [
      "grounding below its threshold",
      converse({ outputAssessments: [{ gr1: grounding(0.2) }] }, "end_turn"),
      { intervened: false, detected: ["contextualGroundingPolicy"] },
    ],
    [
      "grounding above its threshold",
      converse({ outputAssessments: [{ gr1: grounding(0.9) }] }, "end_turn"),
      { intervened: false, detected: [] },
    ],
    [
      "grounding that Bedrock calls found",
      converse({ outputAssessments: [{ gr1: grounding(0.9, { detected: true }) }] }, "end_turn"),
      { detected: ["contextualGroundingPolicy"] },
    ],
    [
      "automated reasoning only detects",
      converse(
        {
          outputAssessments: [
            { gr1: { automatedReasoningPolicy: { findings: [{ valid: {} }, { invalid: {} }] } } },
          ],
        },
        "end_turn",
      ),
      { intervened: false, detected: ["automatedReasoningPolicy"] },
    ],
    [
      "automated reasoning without an objection",
      converse(
        { outputAssessments: [{ gr1: { automatedReasoningPolicy: { findings: [{ satisfiable: {} }] } } }] },
        "end_turn",
      ),
      { detected: [] },
    ],
  ])("%s", (_, record, expected) => {
    expect(invocationOf(record).guardrail).toMatchObject(expected);
  });
});
