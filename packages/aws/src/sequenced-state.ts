import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { JSON_B, joinKey, N, readJsonB, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";

const keyOf = (kind: string, app: string) => ({ pk: S(joinKey(kind, app)), sk: S("state") });

/** What a detector remembers about an app; undefined before its first look. */
export async function getSequenced<State>(kind: string, app: string): Promise<State | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("STATE_TABLE"),
      Key: keyOf(kind, app),
      ConsistentRead: true,
    }),
  );
  return Item && readJsonB<State>(Item, "document");
}

/** Stores a state while the stored `seq` is one less; false when somebody else was faster. */
export async function saveSequenced(
  kind: string,
  app: string,
  state: { readonly seq: number },
): Promise<boolean> {
  const first = state.seq === 1;
  const written = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: environment("STATE_TABLE"),
        Item: { ...keyOf(kind, app), seq: N(state.seq), document: JSON_B(state) },
        ConditionExpression: first ? "attribute_not_exists(pk)" : "seq = :before",
        ...(first ? {} : { ExpressionAttributeValues: { ":before": N(state.seq - 1) } }),
      }),
    ),
  );
  return written !== undefined;
}
