import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import { LOCAL_REGION } from "./endpoints/endpoint.ts";

/** One record of the event that Lambda's SQS event source mapping sends. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
  readonly md5OfBody: string;
  readonly eventSource: "aws:sqs";
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

/** A received message as Lambda passes it on. */
export function sqsRecord(message: Message, eventSourceARN: string): SqsRecord {
  return {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: { ...message.Attributes },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, messageAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody ?? "",
    eventSource: "aws:sqs",
    eventSourceARN,
    awsRegion: LOCAL_REGION,
  };
}

function messageAttribute({
  DataType,
  StringValue,
  BinaryValue,
}: MessageAttributeValue): Record<string, unknown> {
  return {
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

/** Ids of the messages to keep, or "all" when Lambda takes the answer for a complete failure (Lambda guide, SQS error handling). */
export function failedMessageIds(
  answer: unknown,
  batchIds: ReadonlySet<string>,
): ReadonlySet<string> | "all" {
  if (answer === null || answer === undefined) return new Set();
  if (typeof answer !== "object" || Array.isArray(answer)) return "all";
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === null || failures === undefined) return new Set();
  if (!Array.isArray(failures)) return "all";
  const failed = new Set<string>();
  for (const failure of failures) {
    const id: unknown = typeof failure === "object" && failure !== null ? failure.itemIdentifier : undefined;
    if (typeof id !== "string" || !batchIds.has(id)) return "all";
    failed.add(id);
  }
  return failed;
}
