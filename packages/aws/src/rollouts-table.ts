import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type Rollout, rolloutSchema } from "@bellwether/core/rollout/document";
import { JSON_S, N, readJson, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";

/** The rollout pointer of an app, `undefined` when none was ever made; throws on a document it cannot read. */
export async function getRollout(app: string): Promise<Rollout | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("ROLLOUTS_TABLE"),
      Key: { app: S(app) },
      ConsistentRead: true,
    }),
  );
  return Item === undefined ? undefined : rolloutSchema.parse(readJson(Item, "document"));
}

/** Compare-and-set: writes `next` only while the stored generation is `expected` and its step is `step`; false otherwise. */
export async function putRollout(
  next: Rollout,
  expected: { readonly generation: number; readonly step: string },
): Promise<boolean> {
  const condition =
    expected.generation === 0 ? "attribute_not_exists(app)" : "generation = :generation AND step = :step";
  const written = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: environment("ROLLOUTS_TABLE"),
        Item: {
          app: S(next.app),
          generation: N(next.generation),
          step: S(next.intent?.step ?? "none"),
          document: JSON_S(next),
          // What packages/client reads without parsing the history.
          stable: S(next.stable),
          canary: S(next.canary ?? ""),
          share: N(next.share),
          salt: S(next.salt),
        },
        ConditionExpression: condition,
        ...(expected.generation === 0
          ? {}
          : {
              ExpressionAttributeValues: { ":generation": N(expected.generation), ":step": S(expected.step) },
            }),
      }),
    ),
  );
  return written !== undefined;
}
