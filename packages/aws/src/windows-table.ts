import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { instantKey } from "@bellwether/core/windows/bucket";
import { decodeHistogram, encodeHistogram } from "@bellwether/core/windows/histogram";
import {
  type Counts,
  type Segment,
  segmentValues,
  type WindowItem,
  zeroCounts,
} from "@bellwether/core/windows/items";
import { decodeProfile, encodeProfile, type StoredProfile } from "@bellwether/core/windows/profile-codec";
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
import { batchWrite } from "./batch-write.ts";
import { dynamoDb } from "./clients.ts";
import { leaveMarks } from "./dirty-marks.ts";
import { environment } from "./environment.ts";

const RETENTION_DAYS = 100;

const partitionKey = (app: string, bucket: number): string => joinKey(app, instantKey(bucket));

function sortKey(item: WindowItem): string {
  switch (item.kind) {
    case "count":
      return joinKey("c", ...segmentValues(item.segment), item.part);
    case "score":
      return joinKey("s", item.requestId, String(item.rev).padStart(6, "0"));
    case "feedback":
      return joinKey("f", item.requestId, item.user, String(item.votedAt), item.feedbackId);
    case "correction":
      return joinKey("x", item.requestId);
    case "repriced":
      return joinKey("p", ...segmentValues(item.segment));
  }
}

const appOf = (item: WindowItem): string => item.segment.app;

function encode(item: WindowItem, now: number): Item {
  const { kind, bucket, ...rest } = item;
  const body = item.kind === "count" ? countBody(item.segment, item.counts) : rest;
  return {
    pk: S(partitionKey(appOf(item), bucket)),
    sk: S(sortKey(item)),
    kind: S(kind),
    at: N(bucket),
    body: JSON_S(body),
    expireAt: expiry(now, RETENTION_DAYS),
    ...(item.kind === "count"
      ? { lat: S(encodeHistogram(item.latency)), cost: S(encodeHistogram(item.cost)), part: S(item.part) }
      : {}),
    ...(item.kind === "count" && item.profile !== undefined
      ? { profile: JSON_B(encodeProfile(item.profile)) }
      : {}),
  };
}

const countBody = (segment: Segment, counts: Counts) => ({ segment, counts });

function decode(item: Item): WindowItem {
  const kind = readS(item, "kind") as WindowItem["kind"];
  const bucket = readN(item, "at") ?? Number.NaN;
  if (kind !== "count") return { kind, bucket, ...readJson<object>(item, "body") } as WindowItem;
  const body = readJson<{ segment: Segment; counts: Partial<Counts> }>(item, "body");
  if (body === undefined) throw new Error("a count item without a body");
  const profile = readJsonB<StoredProfile>(item, "profile");
  return {
    kind,
    bucket,
    segment: body.segment,
    // An item of before a count was introduced has none of it.
    counts: { ...zeroCounts(), ...body.counts },
    ...(profile && { profile: decodeProfile(profile) }),
    part: readS(item, "part") ?? "",
    latency: decodeHistogram(readS(item, "lat") ?? ""),
    cost: decodeHistogram(readS(item, "cost") ?? ""),
  };
}

/** The (app, bucket) pairs that items touch. */
function touched(items: readonly WindowItem[]): { app: string; at: number }[] {
  const pairs = new Map<string, { app: string; at: number }>();
  for (const item of items)
    pairs.set(partitionKey(appOf(item), item.bucket), { app: appOf(item), at: item.bucket });
  return [...pairs.values()];
}

/** Overwrites items (a score under its revision, the highest counts), then marks their buckets. */
export async function putWindowItems(
  items: readonly WindowItem[],
  token: string,
  now: number,
): Promise<void> {
  // A batch may not name a key twice.
  const encoded = new Map(
    items.map((item) => [`${appOf(item)} ${item.bucket} ${sortKey(item)}`, encode(item, now)]),
  );
  await batchWrite(
    environment("WINDOWS_TABLE"),
    [...encoded.values()].map((Item) => ({ PutRequest: { Item } })),
  );
  await leaveMarks("dirty", touched(items), token, now);
}

/** Every item of a bucket in key order. */
export async function readBucket(app: string, bucket: number): Promise<WindowItem[]> {
  const items: WindowItem[] = [];
  let from: Item | undefined;
  do {
    const page = await dynamoDb().send(
      new QueryCommand({
        TableName: environment("WINDOWS_TABLE"),
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": S(partitionKey(app, bucket)) },
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    for (const item of page.Items ?? []) items.push(decode(item));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}
