import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { expiry, type Item, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";

const RETENTION_DAYS = 400;

const keyOf = (dedupeKey: string): Item => ({ pk: S("notice"), sk: S(dedupeKey) });

/** Was a notice with this key sent to people? */
export async function wasSent(dedupeKey: string): Promise<boolean> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("STATE_TABLE"),
      Key: keyOf(dedupeKey),
      ConsistentRead: true,
    }),
  );
  return Item !== undefined;
}

/** Remembers that a notice was sent. */
export async function markSent(dedupeKey: string, now: number): Promise<void> {
  await dynamoDb().send(
    new PutItemCommand({
      TableName: environment("STATE_TABLE"),
      Item: { ...keyOf(dedupeKey), expireAt: expiry(now, RETENTION_DAYS) },
    }),
  );
}
