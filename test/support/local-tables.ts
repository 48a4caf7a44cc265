import { CreateTableCommand, DynamoDBClient, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { dynamoDb } from "@bellwether/aws/clients";
import { TABLES, type TableName } from "@bellwether/core/topology";
import { startDynamo } from "@bellwether/local/dynamo";

/** Empty tables of the topology on this machine; the process takes over their environment until `stop`. */
export async function startTables(
  ...names: readonly TableName[]
): Promise<{ readonly client: DynamoDBClient; stop(): Promise<void> }> {
  const before = { ...process.env };
  const dynamo = await startDynamo();
  const environment: Record<string, string> = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
    ...Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_TABLE`, name])),
  };
  Object.assign(process.env, environment);
  refuseEmptyBounds(dynamoDb());
  const client = new DynamoDBClient({});
  for (const name of names) {
    const { hashKey, rangeKey } = { rangeKey: undefined, ...TABLES[name] };
    const keys = rangeKey === undefined ? [hashKey] : [hashKey, rangeKey];
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: keys.map((AttributeName, index) => ({
          AttributeName,
          KeyType: index === 0 ? "HASH" : "RANGE",
        })),
      }),
    );
  }
  return {
    client,
    stop: async () => {
      for (const name of Object.keys(environment)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
      client.destroy();
      await dynamo.stop();
    },
  };
}

/** DynamoDB refuses a query with an empty string in its key condition; the local tables take it. */
function refuseEmptyBounds(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { KeyConditionExpression = "", ExpressionAttributeValues = {} } = args.input as QueryCommandInput;
      for (const bound of KeyConditionExpression.match(/:\w+/g) ?? []) {
        if (ExpressionAttributeValues[bound]?.S === "")
          throw new Error("The AttributeValue for a key attribute cannot contain an empty string value.");
      }
      return next(args);
    },
    { step: "initialize", name: "refuseEmptyBounds", override: true },
  );
}
