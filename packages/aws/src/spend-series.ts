import { type AttributeValue, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type BucketSpend, totalPicoUsd } from "@bellwether/core/budget/spend-series";
import { BUCKET_MS, CELL_MS, instantKey, instantOf } from "@bellwether/core/windows/bucket";
import { type Item, JSON_S, joinKey, N, readJson, readN, readS, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { queryAll } from "./query-all.ts";

/** Spend of the buckets of an hour, for windows that begin and end anywhere. */
const bucketsKey = (app: string): string => joinKey("spend", app);
/** One small item a day with the sum of every hour, because detect-cost reads 71 days of them every 5 minutes. */
const daysKey = (app: string): string => joinKey("spend-day", app);

const HOURS = Array.from({ length: 24 }, (_, hour) => `h${String(hour).padStart(2, "0")}`);
const dayKey = (at: number): string => `${instantKey(at).slice(0, 10)}T00:00Z`;

/** A bucket as stored: its place in the hour, then the numbers. */
type StoredBucket = readonly [
  place: number,
  picoUsd: number,
  priced: number,
  unpriced: number,
  judgePicoUsd: number,
];

/** Item with the spend of an hour's buckets. */
export const spendItem = (app: string, hour: number, buckets: readonly BucketSpend[]): Item => ({
  pk: S(bucketsKey(app)),
  sk: S(instantKey(hour)),
  buckets: JSON_S(
    buckets.map(
      ({ start, picoUsd, priced, unpriced, judgePicoUsd }): StoredBucket => [
        (start - hour) / BUCKET_MS,
        picoUsd,
        priced,
        unpriced,
        judgePicoUsd,
      ],
    ),
  ),
});

/** Stores the sum of an hour in the item of its day. */
export async function saveHourlySpend(
  app: string,
  hour: number,
  buckets: readonly BucketSpend[],
  expireAt: AttributeValue,
): Promise<void> {
  await dynamoDb().send(
    new UpdateItemCommand({
      TableName: environment("STATE_TABLE"),
      Key: { pk: S(daysKey(app)), sk: S(dayKey(hour)) },
      UpdateExpression: "SET #hour = :spend, expireAt = :expireAt",
      ExpressionAttributeNames: { "#hour": HOURS[new Date(hour).getUTCHours()] ?? "" },
      ExpressionAttributeValues: { ":spend": N(totalPicoUsd(buckets)), ":expireAt": expireAt },
    }),
  );
}

/** Spend of an app's closed hours that start in [from, until) by start, 1e-12 USD; an hour without traffic has none. */
export async function readHourlySpend(
  app: string,
  from: number,
  until: number,
): Promise<ReadonlyMap<number, number>> {
  const days = await queryAll(environment("STATE_TABLE"), daysKey(app), dayKey(from), instantKey(until));
  const spend = new Map<number, number>();
  for (const item of days) {
    const day = instantOf(readS(item, "sk") ?? "");
    HOURS.forEach((name, place) => {
      const [at, value] = [day + place * CELL_MS, readN(item, name)];
      if (value !== undefined && at >= from && at < until) spend.set(at, value);
    });
  }
  return spend;
}

/** Spend of the buckets of an app's closed hours that start in [from, until), ascending. */
export async function readBucketSpend(app: string, from: number, until: number): Promise<BucketSpend[]> {
  const keys = [instantKey(from), instantKey(until)] as const;
  const hours = await queryAll(environment("STATE_TABLE"), bucketsKey(app), ...keys);
  return hours
    .map((item) => ({ hour: instantOf(readS(item, "sk") ?? ""), item }))
    .filter(({ hour }) => hour < until)
    .flatMap(({ hour, item }) =>
      (readJson<StoredBucket[]>(item, "buckets") ?? []).map(
        ([place, picoUsd, priced, unpriced, judgePicoUsd]) => ({
          start: hour + place * BUCKET_MS,
          picoUsd,
          priced,
          unpriced,
          judgePicoUsd,
        }),
      ),
    );
}
