import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { expiry, type Item, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";

const RETENTION_DAYS = 400;

const keyOf = (dedupeKey: string): Item => ({ pk: S("notice"), sk: S(dedupeKey) });

/** Channels that have the notice with this key. */
export async function sentTo(dedupeKey: string): Promise<ReadonlySet<string>> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("STATE_TABLE"),
      Key: keyOf(dedupeKey),
      ConsistentRead: true,
    }),
  );
  return new Set(Item?.channels?.SS);
}

/** Remembers that a channel has a notice; repeating it changes nothing. */
export async function markSent(dedupeKey: string, channel: string, now: number): Promise<void> {
  await dynamoDb().send(
    new UpdateItemCommand({
      TableName: environment("STATE_TABLE"),
      Key: keyOf(dedupeKey),
      UpdateExpression: "ADD channels :channel SET expireAt = :expireAt",
      ExpressionAttributeValues: { ":channel": { SS: [channel] }, ":expireAt": expiry(now, RETENTION_DAYS) },
    }),
  );
}
