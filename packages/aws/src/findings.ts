import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Baseline } from "@bellwether/core/rollout/baseline";
import type { Finding } from "@bellwether/core/rollout/finding";
import { expiry, JSON_S, joinKey, readJson, S } from "./attributes.ts";
import { dynamoDb } from "./clients.ts";
import { environment } from "./environment.ts";
import { unlessConditionFailed } from "./failed-condition.ts";

const RETENTION_DAYS = 400;

const keyOf = (kind: string, app: string, run: number) => ({
  pk: S(joinKey(kind, app)),
  sk: S(String(run).padStart(10, "0")),
});

async function get<T>(kind: string, app: string, run: number): Promise<T | undefined> {
  const { Item } = await dynamoDb().send(
    new GetItemCommand({
      TableName: environment("STATE_TABLE"),
      Key: keyOf(kind, app, run),
      ConsistentRead: true,
    }),
  );
  return Item === undefined ? undefined : readJson<T>(Item, "document");
}

/** The newest finding about a canary of an app, by the generation that started it. */
export const getFinding = (app: string, run: number): Promise<Finding | undefined> =>
  get("finding", app, run);

export async function saveFinding(finding: Finding, now: number): Promise<void> {
  await dynamoDb().send(
    new PutItemCommand({
      TableName: environment("STATE_TABLE"),
      Item: {
        ...keyOf("finding", finding.app, finding.run),
        document: JSON_S(finding),
        expireAt: expiry(now, RETENTION_DAYS),
      },
    }),
  );
}

/** The frozen baseline of a canary, by the generation that started it. */
export const getBaseline = (app: string, run: number): Promise<Baseline | undefined> =>
  get("baseline", app, run);

/** Freezes a baseline; the first one written stands and is returned. */
export async function freezeBaselineOnce(
  app: string,
  run: number,
  baseline: Baseline,
  now: number,
): Promise<Baseline> {
  const written = await unlessConditionFailed(
    dynamoDb().send(
      new PutItemCommand({
        TableName: environment("STATE_TABLE"),
        Item: {
          ...keyOf("baseline", app, run),
          document: JSON_S(baseline),
          expireAt: expiry(now, RETENTION_DAYS),
        },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    ),
  );
  return written === undefined ? ((await getBaseline(app, run)) ?? baseline) : baseline;
}
