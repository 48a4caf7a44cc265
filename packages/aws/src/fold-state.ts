import { GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { instantKey, instantOf } from "@bellwether/core/windows/bucket";
import type { Fold } from "@bellwether/core/windows/fold";
import { decodeFold, encodeFold, type StoredFold } from "@bellwether/core/windows/fold-codec";
import type { FoldedBucket } from "@bellwether/core/windows/fold-dirty";
import { decodeProfiles, encodeProfiles, type StoredProfiles } from "@bellwether/core/windows/profile-codec";
import {
  expiry,
  type Item,
  JSON_B,
  JSON_S,
  joinKey,
  N,
  readJson,
  readJsonB,
  readN,
  readS,
  S,
} from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { leaveMarks } from "./dirty-marks.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";
import { queryAll } from "./query-all.ts";

const RETENTION_DAYS = 100;

const foldKey = (app: string): string => joinKey("fold", app);
const bucketKey = (app: string, bucket: number) => ({ pk: S(foldKey(app)), sk: S(instantKey(bucket)) });
const noteKey = (app: string) => ({ pk: S(joinKey("folded", app)), sk: S("note") });

/** How often the fold of a bucket was stored; 0 for never. */
export async function foldVersion(app: string, bucket: number): Promise<number> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("STATE_TABLE"),
      Key: bucketKey(app, bucket),
      ProjectionExpression: "version",
      ConsistentRead: true,
    }),
  );
  return (Item && readN(Item, "version")) ?? 0;
}

/** Stores the fold of a bucket while its version is `expected`; false when somebody else was faster. */
export async function saveFold(
  app: string,
  bucket: number,
  { fold, profiles }: FoldedBucket,
  expected: number,
  now: number,
): Promise<boolean> {
  const written = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: environment("STATE_TABLE"),
        Item: {
          ...bucketKey(app, bucket),
          version: N(expected + 1),
          fold: JSON_S(encodeFold(fold)),
          ...(profiles.size > 0 && { profiles: JSON_B(encodeProfiles(profiles)) }),
          expireAt: expiry(now, RETENTION_DAYS),
        },
        ConditionExpression: expected === 0 ? "attribute_not_exists(pk)" : "version = :expected",
        ...(expected === 0 ? {} : { ExpressionAttributeValues: { ":expected": N(expected) } }),
      }),
    ),
  );
  return written !== undefined;
}

const storedBuckets = async (
  app: string,
  from: number,
  until: number,
  attributes: readonly string[],
): Promise<{ readonly start: number; readonly item: Item }[]> => {
  const keys = [instantKey(from), instantKey(until)] as const;
  const items = await queryAll(environment("STATE_TABLE"), foldKey(app), ...keys, {
    attributes: ["sk", ...attributes],
  });
  return items
    .map((item) => ({ start: instantOf(readS(item, "sk") ?? ""), item }))
    .filter(({ start }) => start >= from && start < until);
};

const foldIn = (app: string, item: Item): Fold => decodeFold(app, readJson<StoredFold>(item, "fold") ?? []);

/** Folds of an app's buckets that start in [from, until), ascending. */
export async function readFolds(
  app: string,
  from: number,
  until: number,
): Promise<{ readonly start: number; readonly fold: Fold }[]> {
  const buckets = await storedBuckets(app, from, until, ["fold"]);
  return buckets.map(({ start, item }) => ({ start, fold: foldIn(app, item) }));
}

/** Start of the oldest bucket of an app that is still stored. */
export async function oldestFold(app: string): Promise<number | undefined> {
  const [item] = await queryAll(environment("STATE_TABLE"), foldKey(app), "0", "9", {
    limit: 1,
    attributes: ["sk"],
  });
  const key = item && readS(item, "sk");
  return key === undefined ? undefined : instantOf(key);
}

/** The same with the profiles of what was asked and answered. */
export async function readFoldedBuckets(
  app: string,
  from: number,
  until: number,
): Promise<(FoldedBucket & { readonly start: number })[]> {
  const buckets = await storedBuckets(app, from, until, ["fold", "profiles"]);
  return buckets.map(({ start, item }) => ({
    start,
    fold: foldIn(app, item),
    profiles: decodeProfiles(app, readJsonB<StoredProfiles>(item, "profiles") ?? []),
  }));
}

/** What is noted whenever folds of an app change. */
interface FoldNote {
  /** Another one each time. */
  readonly token: string;
  /** Start of the newest bucket ever folded. */
  readonly newest: number;
}

/** Notes that folds of an app changed, and marks the hours in which. */
export async function noteFolded(
  app: string,
  { token, newest, hours }: FoldNote & { readonly hours: readonly number[] },
  now: number,
): Promise<void> {
  await leaveMarks(
    "dirty-hour",
    hours.map((at) => ({ app, at })),
    token,
    now,
  );
  const set = (expression: string, condition?: string) =>
    unlessConditionFailed(
      dynamoDb().send(
        new UpdateItemCommand({
          TableName: environment("STATE_TABLE"),
          Key: noteKey(app),
          UpdateExpression: `SET #token = :token, expireAt = :expireAt${expression}`,
          ...(condition === undefined ? {} : { ConditionExpression: condition }),
          ExpressionAttributeNames: { "#token": "token" },
          ExpressionAttributeValues: {
            ":token": S(token),
            ":expireAt": expiry(now, RETENTION_DAYS),
            ...(condition === undefined ? {} : { ":newest": N(newest) }),
          },
        }),
      ),
    );
  const isNewest = await set(", newest = :newest", "attribute_not_exists(newest) OR newest <= :newest");
  if (isNewest === undefined) await set("");
}

/** What `noteFolded` last noted about an app; undefined before the first time. */
export async function foldNote(app: string): Promise<FoldNote | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({ TableName: environment("STATE_TABLE"), Key: noteKey(app), ConsistentRead: true }),
  );
  const token = Item && readS(Item, "token");
  const newest = Item && readN(Item, "newest");
  return token === undefined || newest === undefined ? undefined : { token, newest };
}
