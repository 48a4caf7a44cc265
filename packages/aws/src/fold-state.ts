import { GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import type { BucketFold } from "@bellwether/core/rollout/span";
import { cellOf, instantKey, instantOf } from "@bellwether/core/windows/bucket";
import type { Fold } from "@bellwether/core/windows/fold";
import { decodeFold, encodeFold, type StoredFold } from "@bellwether/core/windows/fold-codec";
import { expiry, type Item, JSON_S, joinKey, readJson, readS, S } from "./attributes.ts";
import { batchWrite } from "./batch-write.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";

const RETENTION_DAYS = 100;

/** A bucket that was written since it was last folded, with the keys of all the marks that say so. */
export interface DirtyMark {
  readonly bucket: number;
  readonly tokens: readonly string[];
}

const dirtyKey = (app: string): string => joinKey("dirty", app);
const foldKey = (app: string): string => joinKey("fold", app);

async function queryAll(pk: string, from: string, to: string, limit?: number): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await dynamoDb().send(
      new QueryCommand({
        TableName: environment("STATE_TABLE"),
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
        ExpressionAttributeValues: { ":pk": S(pk), ":from": S(from), ":to": S(to) },
        ConsistentRead: true,
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && (limit === undefined || items.length < limit));
  return items;
}

/** Dirty buckets of an app from `from` on, oldest first, out of at most `limit` marks. */
export async function dirtyMarks(app: string, from: number, limit: number): Promise<DirtyMark[]> {
  const items = await queryAll(dirtyKey(app), instantKey(from), "9", limit);
  const byBucket = new Map<number, string[]>();
  for (const item of items) {
    const key = readS(item, "sk") ?? "";
    const bucket = instantOf(key);
    const tokens = byBucket.get(bucket);
    if (tokens === undefined) byBucket.set(bucket, [key]);
    else tokens.push(key);
  }
  return [...byBucket].map(([bucket, tokens]) => ({ bucket, tokens }));
}

/** Removes exactly these marks; what was written since has marks of its own. */
export async function clearMarks(app: string, marks: readonly DirtyMark[]): Promise<void> {
  const keys = marks.flatMap(({ tokens }) => tokens);
  await batchWrite(
    environment("STATE_TABLE"),
    keys.map((sk) => ({ DeleteRequest: { Key: { pk: S(dirtyKey(app)), sk: S(sk) } } })),
  );
}

/** Stores folded buckets of one hour cell beside those already there. */
export async function saveFolds(
  app: string,
  cell: number,
  folds: ReadonlyMap<number, Fold>,
  now: number,
): Promise<void> {
  const key = { pk: S(foldKey(app)), sk: S(instantKey(cell)) };
  const { Item } = await dynamoDb().send(
    new GetItemCommand({ TableName: environment("STATE_TABLE"), Key: key, ConsistentRead: true }),
  );
  const buckets = { ...(Item && readJson<Record<string, StoredFold>>(Item, "buckets")) };
  for (const [bucket, fold] of folds) buckets[instantKey(bucket)] = encodeFold(fold);
  await dynamoDb().send(
    new PutItemCommand({
      TableName: environment("STATE_TABLE"),
      Item: { ...key, buckets: JSON_S(buckets), expireAt: expiry(now, RETENTION_DAYS) },
    }),
  );
}

/** Folded buckets of an app that start in [from, until), ascending. */
export async function readFolds(app: string, from: number, until: number): Promise<BucketFold[]> {
  const cells = await queryAll(foldKey(app), instantKey(cellOf(from)), instantKey(until));
  return cells
    .flatMap((cell) => Object.entries(readJson<Record<string, StoredFold>>(cell, "buckets") ?? {}))
    .map(([key, stored]) => ({ start: instantOf(key), stored }))
    .filter(({ start }) => start >= from && start < until)
    .sort((a, b) => a.start - b.start)
    .map(({ start, stored }) => ({ start, fold: decodeFold(stored) }));
}
