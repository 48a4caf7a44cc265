import { PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { KappaRow } from "@bellwether/core/sampling/kappa";
import { instantKey } from "@bellwether/core/windows/bucket";
import { expiry, type Item, JSON_S, readJson, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { queryAll } from "./query-all.ts";

const RETENTION_DAYS = 100;
const PARTITION = "kappa";

const rowOf = (item: Item): KappaRow => {
  const row = readJson<KappaRow>(item, "row");
  if (row === undefined) throw new Error("a kappa row without its numbers");
  return row;
};

/** Rows for event times in [from, until], ascending, and the one in force at `from`. */
export async function kappaRows(from: number, until: number): Promise<readonly KappaRow[]> {
  const TableName = environment("STATE_TABLE");
  const { Items } = await dynamoDb().send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk AND sk <= :from",
      ExpressionAttributeValues: { ":pk": S(PARTITION), ":from": S(instantKey(from)) },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  const later =
    instantKey(until) > instantKey(from)
      ? await queryAll(TableName, PARTITION, `${instantKey(from)}~`, instantKey(until))
      : [];
  return [...(Items ?? []), ...later].map(rowOf);
}

/** Writes what holds from a minute of event time on; pace is the only writer. */
export async function putKappaRow(row: KappaRow, now: number): Promise<void> {
  await dynamoDb().send(
    new PutItemCommand({
      TableName: environment("STATE_TABLE"),
      Item: {
        pk: S(PARTITION),
        sk: S(instantKey(row.from)),
        row: JSON_S(row),
        expireAt: expiry(now, RETENTION_DAYS),
      },
    }),
  );
}
