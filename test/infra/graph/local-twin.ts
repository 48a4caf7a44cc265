import { createResources, type ResourceClients } from "@bellwether/local/resources";

interface Sent {
  readonly QueueName?: string;
  readonly TableName?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly KeySchema?: readonly { readonly AttributeName: string }[];
}

/** What the local cloud asks its endpoints to make: queues with their numbers and tables with their keys, by local name. */
export async function localResources(): Promise<{
  queues: Readonly<Record<string, object>>;
  tables: Readonly<Record<string, readonly string[]>>;
}> {
  const sent: Sent[] = [];
  const client = {
    config: {},
    send: async ({ input }: { input: Sent }) => {
      sent.push(input);
      return { Table: { TableStatus: "ACTIVE" } };
    },
  };
  const clients = { s3: client, sqs: client, sns: client, dynamodb: client };
  await createResources(clients as unknown as ResourceClients, []);
  const queues = sent.flatMap(({ QueueName, Attributes }) => {
    if (QueueName === undefined || Attributes?.RedrivePolicy === undefined) return [];
    const { maxReceiveCount }: { maxReceiveCount: number } = JSON.parse(Attributes.RedrivePolicy);
    const [visibility, retention] = [Attributes.VisibilityTimeout, Attributes.MessageRetentionPeriod];
    return [
      [QueueName, { visibility: Number(visibility), retention: Number(retention), maxReceiveCount }] as const,
    ];
  });
  const tables = sent.flatMap(({ TableName, KeySchema }) =>
    TableName === undefined || KeySchema === undefined
      ? []
      : [[TableName, KeySchema.map(({ AttributeName }) => AttributeName)] as const],
  );
  return { queues: Object.fromEntries(queues), tables: Object.fromEntries(tables) };
}
