import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Topics } from "@bellwether/core/prompts/topics";
import { JSON_S, joinKey, readJson, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";

const keyOf = (app: string) => ({ pk: S(joinKey("topics", app)), sk: S("document") });

/** Topics of an app's questions; undefined until they were learned. */
export async function getTopics(app: string): Promise<Topics | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({ TableName: environment("STATE_TABLE"), Key: keyOf(app) }),
  );
  return Item && readJson<Topics>(Item, "topics");
}

/** Stores the topics of an app; made of the samples of its buckets alone, so the last writer is right. */
export async function saveTopics(app: string, topics: Topics): Promise<void> {
  await dynamoDb().send(
    new PutItemCommand({
      TableName: environment("STATE_TABLE"),
      Item: { ...keyOf(app), topics: JSON_S(topics) },
    }),
  );
}
