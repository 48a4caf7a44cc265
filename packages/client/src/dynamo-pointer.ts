import { type AttributeValue, type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { PointerRead } from "./pointer.ts";

const FIELDS = ["stable", "canary", "share", "salt", "generation"] as const;

/** Reads the pointer from an item of the rollouts table; an empty `canary` stands for none. */
export function parsePointer(item: Readonly<Record<string, AttributeValue>>): PointerRead {
  const invalid = (field: string): PointerRead => ({ kind: "invalid", detail: `${field} is unusable` });
  const { stable, canary, salt } = item;
  const share = Number(item.share?.N);
  const generation = Number(item.generation?.N);
  if (!stable?.S) return invalid("stable");
  if (canary?.S === undefined) return invalid("canary");
  if (salt?.S === undefined) return invalid("salt");
  if (!(share >= 0 && share <= 1)) return invalid("share");
  if (!Number.isSafeInteger(generation)) return invalid("generation");
  return {
    kind: "found",
    pointer: { stable: stable.S, canary: canary.S || null, share, salt: salt.S, generation },
  };
}

/** A strongly consistent read of the pointer of `app`, so that a rollback is seen by the very next read; rejects as the SDK does. */
export async function readPointer(
  client: Pick<DynamoDBClient, "send">,
  table: string,
  app: string,
  abortSignal: AbortSignal,
): Promise<PointerRead> {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: table,
      Key: { app: { S: app } },
      ConsistentRead: true,
      // `share` is a reserved word.
      ProjectionExpression: FIELDS.map((field) => `#${field}`).join(", "),
      ExpressionAttributeNames: Object.fromEntries(FIELDS.map((field) => [`#${field}`, field])),
    }),
    { abortSignal },
  );
  return Item === undefined ? { kind: "missing" } : parsePointer(Item);
}
