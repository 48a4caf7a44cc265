import { gzipSync } from "node:zlib";
import { readSubscription } from "@bellwether/aws/envelopes";
import { describe, expect, it } from "vitest";

const wrap = (message: unknown) => ({
  awslogs: { data: gzipSync(JSON.stringify(message)).toString("base64") },
});
// The shape of AWS's guide "Log group-level subscription filters", example with Lambda.
const data = {
  messageType: "DATA_MESSAGE",
  owner: "123456789012",
  logGroup: "/aws/bedrock/modelinvocations",
  logStream: "aws/bedrock/modelinvocations",
  subscriptionFilters: ["bellwether"],
  logEvents: [{ id: "eventId1", timestamp: 1_440_442_987_000, message: "{}" }],
};

describe("readSubscription", () => {
  it("reads log events", () => {
    expect(readSubscription(wrap(data))).toEqual({ owner: "123456789012", events: data.logEvents });
  });

  it("knows the test message, which carries nothing", () => {
    expect(readSubscription(wrap({ ...data, messageType: "CONTROL_MESSAGE" }))).toBeUndefined();
  });

  it.each([
    ["no envelope", {}],
    ["not base64", { awslogs: { data: "%%%" } }],
    ["not gzip", { awslogs: { data: "AAAA" } }],
    ["another type", wrap({ ...data, messageType: "OTHER" })],
    ["no events", wrap({ ...data, logEvents: [] })],
  ])("throws on %s, so that the delivery is tried again and then kept", (_, event) => {
    expect(() => readSubscription(event)).toThrow();
  });
});
