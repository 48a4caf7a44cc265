import { operationsRows } from "@bellwether/core/rollup/operations-rows";
import { foldItems } from "@bellwether/core/windows/fold";
import { foldProfiles } from "@bellwether/core/windows/profiles";
import { describe, expect, it } from "vitest";
import { STREAMS } from "../../fixtures/records/streams.ts";
import { deliver, emptyWorld, itemsOf, rowsOf } from "./memory-world.ts";
import { recordLine } from "./record-line.ts";

const KEY = "AWSLogs/guardrails.json.gz";
const topic = (action: string, more = {}) => ({
  topicPolicy: { topics: [{ name: "Advice", type: "DENY", action, ...more }] },
  invocationMetrics: { guardrailProcessingLatency: 100 },
});
const pii = (action: string) => ({
  sensitiveInformationPolicy: { piiEntities: [{ type: "EMAIL", match: "x", action }] },
  invocationMetrics: { guardrailProcessingLatency: 50 },
});
const answer = (text: string, stopReason: string, guardrail?: object) => ({
  output: {
    outputBodyJson: {
      output: { message: { role: "assistant", content: [{ text }] } },
      stopReason,
      metrics: { latencyMs: 900 },
      usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
      ...(guardrail && { trace: { guardrail } }),
    },
  },
});
const invoked = (action: string, guardrail: object) => ({
  operation: "InvokeModel",
  output: {
    outputBodyJson: {
      type: "message",
      role: "assistant",
      content: [{ type: "text", text: "No." }],
      "amazon-bedrock-guardrailAction": action,
      "amazon-bedrock-trace": { guardrail },
    },
  },
});

/** Every form in which the log tells about guardrails. */
const LINES = [
  recordLine(
    "input-block",
    answer("No.", "guardrail_intervened", { inputAssessment: { g: topic("BLOCKED") } }),
  ),
  recordLine(
    "masked-output",
    answer("Mail {EMAIL}.", "guardrail_intervened", {
      inputAssessment: { g: topic("NONE", { detected: false }) },
      outputAssessments: [{ g: pii("ANONYMIZED") }],
    }),
  ),
  recordLine("no-trace", answer("No.", "guardrail_intervened")),
  recordLine(
    "detect-mode",
    answer("Well.", "end_turn", { inputAssessment: { g: topic("NONE", { detected: true }) } }),
  ),
  recordLine(
    "invoke",
    invoked("INTERVENED", { input: { g: topic("BLOCKED") }, outputs: [{ g: pii("BLOCKED") }] }),
  ),
  recordLine("stream", {
    operation: "InvokeModelWithResponseStream",
    output: { outputBodyJson: STREAMS.blocked },
  }),
  recordLine("none"),
  recordLine("failed", { errorCode: "ThrottlingException", input: undefined, output: undefined }),
];

describe("guardrails through ingest", () => {
  it("tells every form apart in rows, windows and the hour", async () => {
    const world = emptyWorld();
    world.objects.set(KEY, LINES.map((line) => `${line}\n`).join(""));
    await deliver(world, KEY);
    await deliver(world, KEY);
    const columns = ["guardrail", "guardrail_input", "guardrail_output", "guardrail_detected"] as const;
    const found = rowsOf(world, "requests_log").map((row) => [
      row.request_id,
      ...columns.map((name) => row[name] ?? null),
      row.guardrail_assessments ?? null,
      row.guardrail_ms ?? null,
    ]);
    expect(found).toEqual([
      ["input-block", "topicPolicy", "topicPolicy", null, null, 1, 100],
      ["masked-output", "sensitiveInformationPolicy", null, "sensitiveInformationPolicy", null, 2, 150],
      ["no-trace", "unnamed", null, null, null, 0, null],
      ["detect-mode", null, null, null, "topicPolicy", 1, 100],
      [
        "invoke",
        "topicPolicy,sensitiveInformationPolicy",
        "topicPolicy",
        "sensitiveInformationPolicy",
        null,
        2,
        150,
      ],
      ["stream", "topicPolicy", "topicPolicy", null, null, 1, 210],
      ["none", null, null, null, null, null, null],
      ["failed", null, null, null, null, null, null],
    ]);

    const items = itemsOf(world);
    const bucket = { fold: foldItems(items), profiles: foldProfiles(items) };
    const counted = new Map<string, number>();
    for (const { profile } of bucket.profiles.values())
      for (const [key, n] of profile.categories.guardrail) counted.set(key, (counted.get(key) ?? 0) + n);
    expect(Object.fromEntries(counted)).toEqual({
      "input:topicPolicy": 3,
      "output:sensitiveInformationPolicy": 2,
      "detected:topicPolicy": 1,
    });
    const hour = operationsRows("shop", 0, bucket.fold, [bucket], 1);
    const sum = (name: string) => hour.reduce((total, row) => total + Number(row[name]), 0);
    expect([sum("requests"), sum("errors"), sum("guardrail_assessed"), sum("guardrail_intervened")]).toEqual([
      8, 1, 6, 5,
    ]);
    expect(sum("guardrail_n")).toBe(5);
    for (const { row } of world.requests.values()) expect(JSON.stringify(row).length).toBeLessThan(1_024);
  });
});
