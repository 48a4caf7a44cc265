import { failedMessageIds, sqsRecord } from "@bellwether/local/sqs-event";
import { describe, expect, it } from "vitest";

const batch = new Set(["a", "b"]);
const failure = (itemIdentifier: unknown) => ({ batchItemFailures: [{ itemIdentifier }] });

describe("failedMessageIds: the answers of the Lambda guide, “Handling errors for an SQS event source”", () => {
  it.each([
    ["an empty list", { batchItemFailures: [] }],
    ["a null list", { batchItemFailures: null }],
    ["an empty object", {}],
    ["null", null],
    ["nothing", undefined],
  ])("%s is a complete success", (_, answer) => {
    expect(failedMessageIds(answer, batch)).toEqual(new Set());
  });

  it.each([
    ["no object", "ok"],
    ["an array", []],
    ["a list that is none", { batchItemFailures: "a" }],
    ["an empty identifier", failure("")],
    ["a null identifier", failure(null)],
    ["a wrong key", { batchItemFailures: [{ itemId: "a" }] }],
    ["an id that is not in the batch", failure("c")],
    [
      "one good and one unknown id",
      { batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "c" }] },
    ],
  ])("%s is a complete failure", (_, answer) => {
    expect(failedMessageIds(answer, batch)).toBe("all");
  });

  it("else names the messages that stay", () => {
    expect(failedMessageIds(failure("b"), batch)).toEqual(new Set(["b"]));
  });
});

describe("sqsRecord", () => {
  it("has the fields that Lambda sends", () => {
    const record = sqsRecord(
      {
        MessageId: "m",
        ReceiptHandle: "r",
        Body: "{}",
        MD5OfBody: "99914b932bd37a50b983c5e7c90ae93b",
        Attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1780272000000" },
        MessageAttributes: { kind: { DataType: "String", StringValue: "x" } },
      },
      "arn:aws:sqs:us-east-1:000000000000:q",
    );
    expect(record).toEqual({
      messageId: "m",
      receiptHandle: "r",
      body: "{}",
      attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1780272000000" },
      messageAttributes: {
        kind: { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String" },
      },
      md5OfBody: "99914b932bd37a50b983c5e7c90ae93b",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:q",
      awsRegion: "us-east-1",
    });
  });
});
