import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DriftState } from "@bellwether/core/drift/state";
import { JSON_B, joinKey, N, readJsonB, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";

const keyOf = (family: string, app: string) => ({ pk: S(joinKey(family, app)), sk: S("state") });

/** What a detector family remembers about an app; undefined before its first look. */
export async function getDriftState(family: string, app: string): Promise<DriftState | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("STATE_TABLE"),
      Key: keyOf(family, app),
      ConsistentRead: true,
    }),
  );
  return Item && readJsonB<DriftState>(Item, "document");
}

/** Stores a state while the stored `seq` is one less; false when somebody else was faster. */
export async function saveDriftState(family: string, app: string, state: DriftState): Promise<boolean> {
  const first = state.seq === 1;
  const written = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: environment("STATE_TABLE"),
        Item: { ...keyOf(family, app), seq: N(state.seq), document: JSON_B(state) },
        ConditionExpression: first ? "attribute_not_exists(pk)" : "seq = :before",
        ...(first ? {} : { ExpressionAttributeValues: { ":before": N(state.seq - 1) } }),
      }),
    ),
  );
  return written !== undefined;
}
