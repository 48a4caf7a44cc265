import { DeleteItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { PersonalItems } from "@bellwether/core/forget/deps";
import type { Item } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";
import { knownUserKey, requestKey, voteAttributes } from "./requests-table.ts";
import { reviewKeys } from "./reviews-table.ts";

/** 1 when there was such an item, else 0. */
async function remove(table: "REQUESTS_TABLE" | "REVIEWS_TABLE", key: Item): Promise<number> {
  const { Attributes } = await dynamoDb().send(
    new DeleteItemCommand({ TableName: environment(table), Key: key, ReturnValues: "ALL_OLD" }),
  );
  return Attributes === undefined ? 0 : 1;
}

async function withdrawVote(requestId: string, user: string): Promise<number> {
  const { vote, stamp } = voteAttributes(user);
  const done = await unlessConditionFailed(
    dynamoDb().send(
      new UpdateItemCommand({
        TableName: environment("REQUESTS_TABLE"),
        Key: requestKey(requestId),
        UpdateExpression: "REMOVE #vote, #stamp",
        ConditionExpression: "attribute_exists(#vote)",
        ExpressionAttributeNames: { "#vote": vote, "#stamp": stamp },
      }),
    ),
  );
  return done === undefined ? 0 : 1;
}

async function deleteReviews(app: string, requestIds: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  for (const key of await reviewKeys(app, requestIds)) removed += await remove("REVIEWS_TABLE", key);
  return removed;
}

/** A person's items in the tables of a stage. */
export const personalItems: PersonalItems = {
  deleteRequest: (requestId) => remove("REQUESTS_TABLE", requestKey(requestId)),
  withdrawVote,
  deleteKnownUser: (app, user) => remove("REQUESTS_TABLE", knownUserKey(app, user)),
  deleteReviews,
};
