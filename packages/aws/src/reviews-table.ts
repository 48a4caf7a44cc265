import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { AgreementNote } from "@bellwether/core/review/agreement-note";
import type { Label } from "@bellwether/core/review/label";
import { type ReviewTask, reviewTaskSchema } from "@bellwether/core/review/task";
import { expiry, type Item, JSON_S, joinKey, N, readJson, readN, readS, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";
import { queryAll } from "./query-all.ts";

/** Tasks and labels are here to be worked on; the lake keeps them for good. */
const RETENTION_DAYS = 120;

const partition = (app: string): string => joinKey("review", app);
const TASK = joinKey("task", "");
const LABEL = joinKey("label", "");
const NOTE = { sk: S("note") };

const table = (): string => environment("REVIEWS_TABLE");

/** Takes a place for a task unless another request has it; the same request passes again. */
export async function putReviewTask(slot: string, task: ReviewTask): Promise<boolean> {
  const written = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: table(),
        Item: {
          pk: S(partition(task.app)),
          sk: S(joinKey("task", slot)),
          requestId: S(task.requestId),
          task: JSON_S(task),
          expireAt: expiry(task.at, RETENTION_DAYS),
        },
        ConditionExpression: "attribute_not_exists(pk) OR requestId = :id",
        ExpressionAttributeValues: { ":id": S(task.requestId) },
      }),
    ),
  );
  return written !== undefined;
}

/** Every key is ASCII, so DEL ends the keys with a prefix. */
const startingWith = (app: string, prefix: string): Promise<Item[]> =>
  queryAll(table(), partition(app), prefix, `${prefix}\u007f`);

/** Tasks of an app that have not expired at `now`; throws on one it cannot read. */
export async function reviewTasks(app: string, now: number): Promise<ReviewTask[]> {
  const items = await startingWith(app, TASK);
  return items
    .filter((item) => (readN(item, "expireAt") ?? 0) * 1_000 > now)
    .map((item) => reviewTaskSchema.parse(readJson(item, "task")));
}

/** Stores a label unless the same person's later one is known; false then. The same label passes again. */
export async function putLabel(app: string, label: Label): Promise<boolean> {
  const written = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: table(),
        Item: {
          pk: S(partition(app)),
          sk: S(joinKey("label", label.requestId, label.metric, label.reviewer)),
          at: N(label.at),
          label: JSON_S(label),
          expireAt: expiry(label.at, RETENTION_DAYS),
        },
        ConditionExpression: "attribute_not_exists(pk) OR #at <= :at",
        ExpressionAttributeNames: { "#at": "at" },
        ExpressionAttributeValues: { ":at": N(label.at) },
      }),
    ),
  );
  return written !== undefined;
}

/** Last labels of every person on the tasks of an app. */
export async function labelsOf(app: string): Promise<Label[]> {
  const items = await startingWith(app, LABEL);
  return items.flatMap((item) => readJson<Label>(item, "label") ?? []);
}

/** Keys of the tasks and labels of requests. */
export async function reviewKeys(app: string, requestIds: ReadonlySet<string>): Promise<Item[]> {
  const tasks = (await startingWith(app, TASK)).filter((item) =>
    requestIds.has(readS(item, "requestId") ?? ""),
  );
  const labels = (await startingWith(app, LABEL)).filter((item) =>
    requestIds.has(readJson<Label>(item, "label")?.requestId ?? ""),
  );
  return [...tasks, ...labels].map(({ pk, sk }) => ({ pk, sk }) as Item);
}

const volumeKey = (app: string): Item => ({ pk: S(joinKey("volume", app)), ...NOTE });

/** Requests with a text to judge that an app had in the last day, as measure saw it; undefined before its first look. */
export async function reviewVolume(app: string): Promise<number | undefined> {
  const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table(), Key: volumeKey(app) }));
  return Item && readN(Item, "perDay");
}

/** Notes how many requests with a text to judge an app had in the last day; measure is the only writer. */
export async function noteVolume(app: string, perDay: number, now: number): Promise<void> {
  await dynamoDb().send(
    new PutItemCommand({
      TableName: table(),
      Item: { ...volumeKey(app), perDay: N(perDay), expireAt: expiry(now, RETENTION_DAYS) },
    }),
  );
}

const agreementKey = (app: string, metric: string): Item => ({
  pk: S(joinKey("agreement", app)),
  sk: S(joinKey(metric)),
});

/** What people's labels last said of the judge in one metric; undefined before the first label. */
export async function getAgreement(app: string, metric: string): Promise<AgreementNote | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({ TableName: table(), Key: agreementKey(app, metric), ConsistentRead: true }),
  );
  return Item && readJson<AgreementNote>(Item, "note");
}

/** Stores what labels say of the judge; whoever saw the newer label is right. */
export async function putAgreement(app: string, note: AgreementNote, now: number): Promise<void> {
  await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: table(),
        Item: {
          ...agreementKey(app, note.metric),
          at: N(note.at),
          note: JSON_S(note),
          expireAt: expiry(now, 400),
        },
        ConditionExpression: "attribute_not_exists(pk) OR #at <= :at",
        ExpressionAttributeNames: { "#at": "at" },
        ExpressionAttributeValues: { ":at": N(note.at) },
      }),
    ),
  );
}
