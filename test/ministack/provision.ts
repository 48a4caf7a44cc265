import { PutMetricAlarmCommand, type PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { alarmsOf } from "@bellwether/core/alarms";
import { parseConfig } from "@bellwether/core/config/config";
import { BUCKETS, TABLES, type TableName } from "@bellwether/core/topology";
import { metricAlarmInput, runsHere } from "@bellwether/local/alarms";
import { bucketName, tableName } from "@bellwether/local/physical-names";
import { createResources } from "@bellwether/local/resources";
import { createCatalog } from "./catalog.ts";
import type { Clients } from "./clients.ts";
import { allowSenders, createRules, createSchedules, createSubscription } from "./events.ts";
import { createFunctions, type FunctionSettings } from "./functions.ts";
import { createRoles } from "./roles.ts";

/** Makes in MiniStack what `sst deploy` makes in AWS, from the same tables of core/topology and infra. */
export async function provision(
  clients: Clients,
  settings: FunctionSettings,
  apps: readonly string[],
): Promise<void> {
  await createResources(clients, BUCKETS.map(bucketName));
  await Promise.all([
    ...(Object.keys(TABLES) as TableName[]).map((table) => expireItems(clients, table)),
    allowSenders(clients, settings.url),
    createRoles(clients).then(() => createFunctions(clients, settings)),
    ...alarmsOf(parseConfig({ apps: [...apps] }))
      .filter(runsHere)
      .map((alarm) =>
        clients.cloudwatch.send(
          new PutMetricAlarmCommand(metricAlarmInput(alarm) as unknown as PutMetricAlarmCommandInput),
        ),
      ),
    createCatalog(clients),
  ]);
  await createRules(clients);
  await createSubscription(clients);
  await createSchedules(clients);
}

async function expireItems({ dynamodb }: Clients, table: TableName): Promise<void> {
  const { ttl }: { hashKey: string; ttl?: string } = TABLES[table];
  if (ttl === undefined) return;
  await dynamodb.send(
    new UpdateTimeToLiveCommand({
      TableName: tableName(table),
      TimeToLiveSpecification: { AttributeName: ttl, Enabled: true },
    }),
  );
}
