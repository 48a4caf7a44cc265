import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { BucketSpend } from "@bellwether/core/budget/spend-series";
import type { BucketTraffic } from "@bellwether/core/sampling/traffic";
import { instantKey, instantOf } from "@bellwether/core/windows/bucket";
import type { Fold } from "@bellwether/core/windows/fold";
import { decodeFold, encodeFold, type StoredFold } from "@bellwether/core/windows/fold-codec";
import type { DirtyMark } from "@bellwether/core/windows/fold-dirty";
import { expiry, JSON_S, joinKey, N, readJson, readN, readS, S } from "./attributes.ts";
import { batchWrite } from "./batch-write.ts";
import { dynamoDb } from "./clients.ts";
import { readMarks, removeMarks } from "./dirty-marks.ts";
import { environment } from "./environment.ts";
import { queryAll } from "./query-all.ts";
import { saveHourlySpend, spendItem } from "./spend-series.ts";

const RETENTION_DAYS = 100;

const hourKey = (app: string): string => joinKey("hour", app);
const trafficKey = (app: string): string => joinKey("traffic", app);
const measuredKey = (app: string) => ({ pk: S(joinKey("measured", app)), sk: S("note") });

/** Hours of an app in which folds changed since their total was made. */
export const dirtyHours = (app: string, limit: number): Promise<DirtyMark[]> =>
  readMarks("dirty-hour", app, 0, limit);

export const clearHours = (app: string, marks: readonly DirtyMark[]): Promise<void> =>
  removeMarks("dirty-hour", app, marks);

interface ClosedHour {
  readonly total: Fold;
  readonly traffic: readonly BucketTraffic[];
  readonly spend: readonly BucketSpend[];
}

/** Stores the total of an hour, its traffic and its spend; all are made of the folds alone, so the last writer is right. */
export async function saveHour(
  app: string,
  hour: number,
  { total, traffic, spend }: ClosedHour,
  now: number,
): Promise<void> {
  const sk = S(instantKey(hour));
  const expireAt = expiry(now, RETENTION_DAYS);
  await batchWrite(environment("STATE_TABLE"), [
    { PutRequest: { Item: { pk: S(hourKey(app)), sk, fold: JSON_S(encodeFold(total)), expireAt } } },
    // Apart, because pace reads a week of it every minute.
    { PutRequest: { Item: { pk: S(trafficKey(app)), sk, buckets: JSON_S(traffic), expireAt } } },
    { PutRequest: { Item: { ...spendItem(app, hour, spend), expireAt } } },
  ]);
  await saveHourlySpend(app, hour, spend, expireAt);
}

/** Traffic of an app's buckets in the closed hours that start in [from, until), ascending. */
export async function readTraffic(app: string, from: number, until: number): Promise<BucketTraffic[]> {
  const hours = await queryAll(
    environment("STATE_TABLE"),
    trafficKey(app),
    instantKey(from),
    instantKey(until),
  );
  return hours
    .flatMap((item) => readJson<BucketTraffic[]>(item, "buckets") ?? [])
    .filter(({ start }) => start < until);
}

/** Totals of an app's hours that start in [from, until), ascending. */
export async function readHours(
  app: string,
  from: number,
  until: number,
): Promise<{ start: number; fold: Fold }[]> {
  const items = await queryAll(environment("STATE_TABLE"), hourKey(app), instantKey(from), instantKey(until));
  return items
    .map((item) => ({ start: instantOf(readS(item, "sk") ?? ""), item }))
    .filter(({ start }) => start < until)
    .map(({ start, item }) => ({ start, fold: decodeFold(app, readJson<StoredFold>(item, "fold") ?? []) }));
}

/** Watermark up to which an app's gauges were published. */
export async function measuredUntil(app: string): Promise<number | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("STATE_TABLE"),
      Key: measuredKey(app),
      ConsistentRead: true,
    }),
  );
  return Item && readN(Item, "watermark");
}

export async function noteMeasured(app: string, watermark: number, now: number): Promise<void> {
  await dynamoDb().send(
    new PutItemCommand({
      TableName: environment("STATE_TABLE"),
      Item: { ...measuredKey(app), watermark: N(watermark), expireAt: expiry(now, RETENTION_DAYS) },
    }),
  );
}
