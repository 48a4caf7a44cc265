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
    expect(invocation.guardrail).toEqual(outcome);
    expect(hasJudgeableText(invocation)).toBe(judgeable);
  });
});
