import { TABLES, type TableName } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { key } from "./key.ts";
import { stageOf } from "./stage.ts";

interface TableSpec {
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly ttl?: string;
}

const { keepsData } = stageOf($app.stage);

export const tables = each<TableName, TableSpec, sst.aws.Dynamo>(
  TABLES,
  (name, { hashKey, rangeKey, ttl }) =>
    new sst.aws.Dynamo(componentName(name, "table"), {
      fields: { [hashKey]: "string", ...(rangeKey === undefined ? {} : { [rangeKey]: "string" }) },
      primaryIndex: { hashKey, ...(rangeKey === undefined ? {} : { rangeKey }) },
      ...(ttl === undefined ? {} : { ttl }),
      deletionProtection: keepsData,
      // Items that expire are made from logs and events and can be made again; a rollout pointer or a registered version cannot.
      transform: {
        table: {
          pointInTimeRecovery: { enabled: ttl === undefined },
          serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
        },
      },
    }),
);
