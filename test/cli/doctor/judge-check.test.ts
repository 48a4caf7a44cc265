import { clientsOf } from "@bellwether/cli/doctor/clients";
import { judgeChecks } from "@bellwether/cli/doctor/judge-check";
import { parseConfig } from "@bellwether/core/config/config";
import { createClock } from "@bellwether/local/clock";
import { type BedrockRequest, startBedrock } from "@bellwether/local/endpoints/bedrock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const seen: BedrockRequest[] = [];
let endpoint: Awaited<ReturnType<typeof startBedrock>>;
beforeAll(async () => {
  endpoint = await startBedrock({
    clock: createClock(0),
    answer: (request) => {
      seen.push(request);
      return {
        output: { message: { role: "assistant", content: [{ text: "Yes" }] } },
        stopReason: "max_tokens",
        usage: { inputTokens: 10, outputTokens: 1, totalTokens: 11 },
        metrics: { latencyMs: 1 },
      };
    },
    faults: ({ modelId }) =>
      modelId.includes("sonnet") ? { error: "ServiceUnavailableException" } : undefined,
  });
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint.url,
  });
});
afterAll(() => endpoint.stop());

describe("trying the judge", () => {
  const at = Date.parse("2026-11-01T00:00:00Z");

  it("asks for one token, as the judge, and says what it cost", async () => {
    const [check] = await judgeChecks(clientsOf("us-east-1"), parseConfig({}), "us-east-1", at);
    // Claude Haiku 4.5 by a geographic profile: $1.10 and $5.50 per million tokens.
    expect(check).toMatchObject({ status: "ok", detail: "answered, for $0.00001650" });
    expect(seen[0]?.body).toMatchObject({
      inferenceConfig: { maxTokens: 1 },
      requestMetadata: { app: "bellwether-judge" },
    });
  });

  it("tries each model of a panel once, and says which does not answer", async () => {
    const panel = [
      "us.anthropic.claude-haiku-4-5-20251001-v1:0",
      "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    ];
    const config = parseConfig({ judge: { panel, draws: 2 } });
    const checks = await judgeChecks(clientsOf("us-east-1"), config, "us-east-1", at);
    expect(checks.map(({ status }) => status)).toEqual(["ok", "problem"]);
    expect(checks[1]?.detail).toContain("ServiceUnavailableException");
  });
});
