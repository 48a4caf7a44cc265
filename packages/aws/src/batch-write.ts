import { BatchWriteItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { dynamoDb } from "./clients.ts";

/** DynamoDB limit of requests per call. */
const BATCH = 25;
const MAX_ATTEMPTS = 8;

async function writeChunk(table: string, requests: readonly WriteRequest[]): Promise<void> {
  let pending = [...requests];
  for (let attempt = 0; pending.length > 0; attempt++) {
    if (attempt === MAX_ATTEMPTS) throw new Error(`${pending.length} items of ${table} were not written`);
    const { UnprocessedItems } = await dynamoDb().send(
      new BatchWriteItemCommand({ RequestItems: { [table]: pending } }),
    );
    pending = UnprocessedItems?.[table] ?? [];
  }
}

/** Puts and deletes without conditions, 25 a call and every key once; throws when DynamoDB keeps some back after several attempts. */
export async function batchWrite(table: string, requests: readonly WriteRequest[]): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(requests.length / BATCH) }, (_, i) =>
    requests.slice(i * BATCH, (i + 1) * BATCH),
  );
  await Promise.all(chunks.map((chunk) => writeChunk(table, chunk)));
}
