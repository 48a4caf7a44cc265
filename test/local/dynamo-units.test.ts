import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { noStoreUsage, observeStoreUsage, writeUnits } from "@bellwether/local/dynamo-units";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

describe("writeUnits", () => {
  it.each([
    ["PutItem", 300, 1, 1],
    ["PutItem", 2_049, 1, 3],
    ["BatchWriteItem", 2_000, 25, 25],
    ["BatchWriteItem", 40_000, 25, 40],
    ["UpdateItem", 5_000, 1, 1],
    ["DeleteItem", 5_000, 1, 1],
  ])("%s of %i bytes with %i items is %i", (operation, bytes, items, units) => {
    expect(writeUnits(operation, bytes, items)).toBe(units);
  });
});

describe("observeStoreUsage", () => {
  const usage = noStoreUsage();
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const answer = JSON.stringify({ Item: { pk: { S: "x".repeat(5_000) } } });
      response.writeHead(200, {
        "content-type": "application/x-amz-json-1.0",
        "content-length": answer.length,
      });
      response.end(answer);
    });
  });
  let client: DynamoDBClient;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: "x", secretAccessKey: "x" };
    client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
    observeStoreUsage(usage);
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  it("counts items of a batch, kilobytes of a put and four kilobytes of an answer", async () => {
    const item = (text: string) => ({ pk: { S: text } });
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          t: ["a", "b", "c"].map((key) => ({ PutRequest: { Item: item(key) } })),
        },
      }),
    );
    expect(usage.writeUnits).toBe(3);
    await client.send(new PutItemCommand({ TableName: "t", Item: item("y".repeat(1_500)) }));
    expect(usage.writeUnits).toBe(5);
    await client.send(new GetItemCommand({ TableName: "t", Key: item("a") }));
    expect(usage.readUnits).toBe(2);
  });
});
