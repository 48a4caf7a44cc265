import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { type Client, type ClientOptions, createClient } from "@bellwether/client/client";
import type { Pointer } from "@bellwether/client/pointer";
import { createClock } from "@bellwether/local/clock";
import { startDynamo } from "@bellwether/local/dynamo";
import { type BusEvent, startEventBridge } from "@bellwether/local/endpoints/event-bridge";
import { type ManualTime, manualTime } from "./manual-time.ts";

const ACCESS = {
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
};
/** Nothing listens on the discard port. */
export const NOWHERE = "http://127.0.0.1:9";
export const TABLE = "rollouts";
const BUS = "bellwether-app";

const running: (() => unknown)[] = [];
/** Stops everything that was started here, last first. */
export async function stopAll(): Promise<void> {
  for (const stop of running.splice(0).reverse()) await stop();
}
export function stopLater<T extends { stop(): unknown }>(started: T): T {
  running.push(() => started.stop());
  return started;
}

const destroyLater = <T extends { destroy(): void }>(client: T): T => {
  running.push(() => client.destroy());
  return client;
};
const dynamoAt = (endpoint: string) => destroyLater(new DynamoDBClient({ ...ACCESS, endpoint }));
const busAt = (endpoint: string) => destroyLater(new EventBridgeClient({ ...ACCESS, endpoint }));
const bedrockAt = (endpoint: string) => destroyLater(new BedrockRuntimeClient({ ...ACCESS, endpoint }));

/** The rollouts table over DynamoDB's wire protocol. */
export async function startRollouts() {
  const dynamo = stopLater(await startDynamo());
  const client = dynamoAt(dynamo.url);
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "app", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "app", KeyType: "HASH" }],
    }),
  );
  const put = ({ stable, canary, share, salt, generation }: Pointer) =>
    client.send(
      new PutItemCommand({
        TableName: TABLE,
        Item: {
          app: { S: "shop" },
          stable: { S: stable },
          canary: { S: canary ?? "" },
          share: { N: String(share) },
          salt: { S: salt },
          generation: { N: String(generation) },
        },
      }),
    );
  return { ...dynamo, put };
}

/** The app's bus over EventBridge's wire protocol, and what was delivered on it. */
export async function startBus(isDown: () => boolean = () => false) {
  const delivered: BusEvent[] = [];
  const bus = stopLater(
    await startEventBridge({
      clock: createClock(0),
      rules: [{ name: "all", bus: "app", pattern: { source: ["bellwether.app"] }, target: "feedback" }],
      buses: { [BUS]: "app" },
      deliver: async (_, event) => {
        if (isDown()) throw new Error("the bus is down");
        delivered.push(event);
      },
    }),
  );
  return { ...bus, delivered };
}

export interface Urls {
  readonly dynamoDb?: string;
  readonly eventBridge?: string;
  readonly bedrock?: string;
}

/** A client of the app `shop`; services without an address are down. */
export function startClient(
  urls: Urls,
  options: Partial<ClientOptions> = {},
): { readonly client: Client; readonly time: ManualTime } {
  const time = manualTime();
  let ids = 0;
  const client = createClient({
    app: "shop",
    table: TABLE,
    busName: BUS,
    fallback: "v1",
    clients: {
      dynamoDb: dynamoAt(urls.dynamoDb ?? NOWHERE),
      eventBridge: busAt(urls.eventBridge ?? NOWHERE),
      bedrock: bedrockAt(urls.bedrock ?? NOWHERE),
    },
    clock: time.clock,
    every: time.every,
    newId: () => `id-${ids++}`,
    ...options,
  });
  return { client, time };
}
