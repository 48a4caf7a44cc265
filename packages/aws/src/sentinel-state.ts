import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { SentinelState } from "@bellwether/core/sentinel/sentinel-tick";
import { JSON_B, N, readJsonB, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";

const KEY = { pk: S("sentinel"), sk: S("state") };

/** What the judge's sentinel remembers; undefined before its first look. */
export async function getSentinel(): Promise<SentinelState | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({ TableName: environment("STATE_TABLE"), Key: KEY, ConsistentRead: true }),
  );
  return Item && readJsonB<SentinelState>(Item, "document");
}

/** Stores a state while the stored `seq` is one less; false when somebody else was faster. */
export async function saveSentinel(state: SentinelState): Promise<boolean> {
  const written = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: environment("STATE_TABLE"),
        Item: { ...KEY, seq: N(state.seq), document: JSON_B(state) },
        ConditionExpression: state.seq === 1 ? "attribute_not_exists(pk)" : "seq = :before",
        ...(state.seq === 1 ? {} : { ExpressionAttributeValues: { ":before": N(state.seq - 1) } }),
      }),
    ),
  );
  return written !== undefined;
}
