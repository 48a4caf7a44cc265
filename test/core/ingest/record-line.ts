/** Delivery time of the objects under test, ms. */
export const DELIVERED_AT = Date.parse("2026-11-01T12:00:00Z");

/** A Converse log record with an answer; `fields` replace top-level fields. */
export function record(id: string, fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: "2026-11-01T11:50:00Z",
    accountId: "111122223333",
    identity: { arn: "arn:aws:sts::111122223333:assumed-role/shop-task/shop" },
    region: "us-east-1",
    requestId: id,
    operation: "Converse",
    modelId: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    requestMetadata: { app: "shop", user: "ann", variant: "v1" },
    input: {
      inputBodyJson: { messages: [{ role: "user", content: [{ text: "When does it ship?" }] }] },
      inputTokenCount: 12,
    },
    output: {
      outputBodyJson: {
        output: { message: { role: "assistant", content: [{ text: `Tomorrow, says ${id}.` }] } },
        stopReason: "end_turn",
        metrics: { latencyMs: 900 },
        usage: { inputTokens: 12, outputTokens: 5, totalTokens: 17 },
      },
      outputTokenCount: 5,
    },
    ...fields,
  };
}

export const recordLine = (id: string, fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify(record(id, fields));
