import { gzipSync } from "node:zlib";
import { lambdaContext } from "@bellwether/local/lambda-context";
import type { Context } from "aws-lambda";
import { expect, it } from "vitest";

const event = {
  awslogs: {
    data: gzipSync(
      JSON.stringify({
        messageType: "DATA_MESSAGE",
        owner: "111122223333",
        logEvents: [{ id: "1", timestamp: Date.UTC(2026, 9, 6), message: '{"requestId":"a"}' }],
      }),
    ).toString("base64"),
  },
};

it("a delivery that comes twice, or dies on the way, leaves one log object", async () => {
  process.env.AWS_REGION = "us-east-1";
  process.env.POWERTOOLS_METRICS_NAMESPACE = "Bellwether";
  process.env.POWERTOOLS_SERVICE_NAME = "log-subscription";
  const { makeHandler } = await import("../../functions/log-subscription.ts");
  const stored = new Map<string, string>();
  let failures = 1;
  const handler = makeHandler({
    region: "us-east-1",
    putLogObject: async (key, text) => {
      stored.set(key, text);
      if (failures-- > 0) throw new Error("the connection broke after the write");
    },
  });
  const context = lambdaContext({
    functionName: "log-subscription",
    memoryMb: 256,
    timeoutSeconds: 60,
    requestId: "r",
    elapsedMs: () => 0,
  }) as unknown as Context;
  await expect(handler(event, context)).rejects.toThrow("broke");
  await handler(event, context);
  await handler(event, context);
  expect([...stored.values()]).toEqual(['{"requestId":"a"}\n']);
});
