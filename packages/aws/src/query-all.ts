import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { type Item, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";

/** Every item of a partition with a sort key in [from, to], ascending; at most about `limit`, all attributes unless named. Tables with keys `pk`, `sk`. */
export async function queryAll(
  table: string,
  pk: string,
  from: string,
  to: string,
  { limit, attributes }: { readonly limit?: number; readonly attributes?: readonly string[] } = {},
): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await dynamoDb().send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: { ":pk": S(pk), ":from": S(from), ":to": S(to) },
        ConsistentRead: true,
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(attributes && {
          ProjectionExpression: attributes.map((name) => `#${name}`).join(", "),
          ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
        }),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && (limit === undefined || items.length < limit));
  return items;
}
