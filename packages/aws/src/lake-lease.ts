import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { N, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";

const KEY = { pk: S("lake"), sk: S("rewriter") };

/**
 * Takes the right to replace parts of the lake until `until`, ms; false while somebody else has it. Merging and
 * forgetting must not meet: what one has read, the other may just have removed.
 */
export async function takeLakeLease(holder: string, now: number, until: number): Promise<boolean> {
  const taken = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: environment("STATE_TABLE"),
        Item: { ...KEY, holder: S(holder), until: N(until), expireAt: N(Math.ceil(until / 1_000)) },
        ConditionExpression: "attribute_not_exists(pk) OR #until < :now OR holder = :holder",
        ExpressionAttributeNames: { "#until": "until" },
        ExpressionAttributeValues: { ":now": N(now), ":holder": S(holder) },
      }),
    ),
  );
  return taken !== undefined;
}

/** Gives the right back, unless somebody else has it by now. */
export async function releaseLakeLease(holder: string): Promise<void> {
  await unlessConditionFailed(
    dynamoDb().send(
      new DeleteItemCommand({
        TableName: environment("STATE_TABLE"),
        Key: KEY,
        ConditionExpression: "holder = :holder",
        ExpressionAttributeValues: { ":holder": S(holder) },
      }),
    ),
  );
}
