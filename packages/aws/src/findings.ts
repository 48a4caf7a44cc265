import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Baseline } from "@bellwether/core/rollout/baseline";
import type { Finding } from "@bellwether/core/rollout/finding";
import { expiry, JSON_S, joinKey, readJson, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";

const RETENTION_DAYS = 400;

const keyOf = (kind: string, app: string, generation: number) => ({
  pk: S(joinKey(kind, app)),
  sk: S(String(generation).padStart(10, "0")),
});

async function get<T>(kind: string, app: string, generation: number): Promise<T | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("STATE_TABLE"),
      Key: keyOf(kind, app, generation),
      ConsistentRead: true,
    }),
  );
  return Item === undefined ? undefined : readJson<T>(Item, "document");
}

/** The newest finding about a generation of an app's rollout. */
export const getFinding = (app: string, generation: number): Promise<Finding | undefined> =>
  get("finding", app, generation);

export async function saveFinding(finding: Finding, now: number): Promise<void> {
  await dynamoDb().send(
    new PutItemCommand({
      TableName: environment("STATE_TABLE"),
      Item: {
        ...keyOf("finding", finding.app, finding.generation),
        document: JSON_S(finding),
        expireAt: expiry(now, RETENTION_DAYS),
      },
    }),
  );
}

/** The frozen baseline of a generation. */
export const getBaseline = (app: string, generation: number): Promise<Baseline | undefined> =>
  get("baseline", app, generation);

/** Freezes a baseline; the first one written stands and is returned. */
export async function freezeBaselineOnce(
  app: string,
  generation: number,
  baseline: Baseline,
  now: number,
): Promise<Baseline> {
  const written = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: environment("STATE_TABLE"),
        Item: {
          ...keyOf("baseline", app, generation),
          document: JSON_S(baseline),
          expireAt: expiry(now, RETENTION_DAYS),
        },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    ),
  );
  return written === undefined ? ((await getBaseline(app, generation)) ?? baseline) : baseline;
}
