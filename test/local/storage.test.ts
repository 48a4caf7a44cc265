import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { createClock, type VirtualClock } from "@bellwether/local/clock";
import { type Storage, startStorage } from "@bellwether/local/storage";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const START = Date.parse("2026-06-01T00:00:00Z");
let clock: VirtualClock;
let storage: Storage;
let sqs: SQSClient;
let QueueUrl: string;

beforeEach(async () => {
  clock = createClock(START);
  storage = await startStorage(clock.buffer);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  sqs = new SQSClient({ endpoint: storage.url, region: "us-east-1", credentials });
  const arn = "arn:aws:sqs:us-east-1:000000000000:dead";
  await sqs.send(new CreateQueueCommand({ QueueName: "dead" }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 2 });
  const Attributes = { VisibilityTimeout: "60", RedrivePolicy };
  await sqs.send(new CreateQueueCommand({ QueueName: "live", Attributes }));
  QueueUrl = `${storage.url}/000000000000/live`;
});
afterEach(async () => {
  sqs.destroy();
  await storage.stop();
});

const receive = async () => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] }),
  );
  return Messages;
};
const state = async () => (await storage.queueStates(["live"]))[0];

describe("SQS on the virtual clock", () => {
  it("is reachable on this machine only, at an IP", () => {
    expect(storage.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("stamps messages with virtual time and shows them again when their visibility ends", async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" }));
    expect(await state()).toEqual({ visible: 1, hidden: 0, nextVisibleAt: Number.POSITIVE_INFINITY });
    const [first] = await receive();
    expect(first?.Attributes).toMatchObject({ SentTimestamp: String(START), ApproximateReceiveCount: "1" });
    clock.set(START + 59_999);
    expect(await receive()).toEqual([]);
    expect(await state()).toEqual({ visible: 0, hidden: 1, nextVisibleAt: START + 60_000 });
    clock.set(START + 60_000);
    expect(await state()).toMatchObject({ visible: 1, hidden: 0 });
    const [second] = await receive();
    expect(second?.Attributes).toMatchObject({
      SentTimestamp: String(START),
      ApproximateFirstReceiveTimestamp: String(START),
      ApproximateReceiveCount: "2",
    });
  });

  it("moves a message to the dead-letter queue after maxReceiveCount", async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" }));
    for (const minute of [0, 1, 2]) {
      clock.set(START + minute * 60_000);
      expect(await receive()).toHaveLength(minute < 2 ? 1 : 0);
    }
    expect((await storage.queueStates(["dead"]))[0]?.visible).toBe(1);
    expect(await state()).toMatchObject({ visible: 0, hidden: 0 });
  });

  it("obeys ChangeMessageVisibility and DelaySeconds", async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "late", DelaySeconds: 900 }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "held" }));
    const [{ ReceiptHandle } = {}] = await receive();
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 300 }));
    expect(await state()).toEqual({ visible: 0, hidden: 2, nextVisibleAt: START + 300_000 });
    clock.set(START + 300_000);
    const [held] = await receive();
    expect(held?.Body).toBe("held");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: held?.ReceiptHandle }));
    clock.set(START + 900_000);
    expect((await receive()).map(({ Body }) => Body)).toEqual(["late"]);
  });

  it("rejects questions about an unknown queue, and all after stop", async () => {
    await expect(storage.queueStates(["other"])).rejects.toThrow("no queue other");
    await storage.stop();
    await expect(storage.queueStates(["live"])).rejects.toThrow("stopped");
  });
});
