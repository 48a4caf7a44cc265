import { gunzipSync } from "node:zlib";
import type { SubscriptionBatch } from "@bellwether/core/ingest/subscription";
import * as z from "zod";

const eventSchema = z.object({
  id: z.string(),
  "detail-type": z.string(),
  source: z.string(),
  time: z.iso.datetime({ offset: true }),
  detail: z.unknown(),
});

/** An EventBridge event; `time` in ms. */
export interface BusEvent {
  readonly id: string;
  readonly detailType: string;
  readonly source: string;
  readonly time: number;
  readonly detail: unknown;
}

/** Reads an EventBridge event; throws on anything else. */
export function readBusEvent(event: unknown): BusEvent {
  const { id, "detail-type": detailType, source, time, detail } = eventSchema.parse(event);
  return { id, detailType, source, time: Date.parse(time), detail };
}

const objectCreatedSchema = z.object({
  bucket: z.object({ name: z.string() }),
  object: z.object({ key: z.string().min(1), size: z.number().optional() }),
});

/** Bucket, key and size of an S3 "Object Created" detail. */
export function readObjectCreated(detail: unknown): {
  bucket: string;
  key: string;
  size: number | undefined;
} {
  const { bucket, object } = objectCreatedSchema.parse(detail);
  return { bucket: bucket.name, key: object.key, size: object.size };
}

/** Is this object a batch of log records (not a marker, an offloaded body or an empty object)? */
export const isLogObject = (key: string, size: number | undefined): boolean =>
  size !== 0 && !key.includes("permission-check") && !key.split("/").slice(0, -1).includes("data");

const subscriptionSchema = z.discriminatedUnion("messageType", [
  z.object({ messageType: z.literal("CONTROL_MESSAGE") }),
  z.object({
    messageType: z.literal("DATA_MESSAGE"),
    owner: z.string().min(1),
    logEvents: z
      .array(z.object({ id: z.string().min(1), timestamp: z.number(), message: z.string() }))
      .min(1),
  }),
]);

/** What a CloudWatch Logs subscription delivered; undefined for its test that the destination answers. Throws on anything else. */
export function readSubscription(event: unknown): SubscriptionBatch | undefined {
  const { awslogs } = z.object({ awslogs: z.object({ data: z.base64() }) }).parse(event);
  const message = subscriptionSchema.parse(
    JSON.parse(gunzipSync(Buffer.from(awslogs.data, "base64")).toString("utf8")),
  );
  return message.messageType === "CONTROL_MESSAGE"
    ? undefined
    : { owner: message.owner, events: message.logEvents };
}

const tickSchema = z.object({ time: z.iso.datetime({ offset: true }) });

/** Instant of a Scheduler tick, ms. */
export const readTick = (event: unknown): number => Date.parse(tickSchema.parse(event).time);

const snsSchema = z.object({ Message: z.string(), MessageId: z.string() });

/** The message inside an SNS envelope that SQS delivered. */
export const readSnsMessage = (body: string): unknown =>
  JSON.parse(snsSchema.parse(JSON.parse(body)).Message);

const pointerSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: "not JSON" });
      return z.NEVER;
    }
  })
  .pipe(z.object({ requestId: z.string().min(1) }));

/** An SQS record of an evaluate queue, as far as it is read. */
interface PointerRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
}

/** The requests that evaluate messages point to, with their receive counts; messages that hold something else are left out. */
export const readPointers = (
  records: readonly PointerRecord[],
): { messageId: string; requestId: string; attempt: number }[] =>
  records.flatMap(({ messageId, body, attributes }) => {
    const pointer = pointerSchema.safeParse(body).data;
    return pointer === undefined
      ? []
      : [{ messageId, ...pointer, attempt: Number(attributes.ApproximateReceiveCount) }];
  });
