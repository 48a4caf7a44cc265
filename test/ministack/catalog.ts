import { CreateNamedQueryCommand, CreateWorkGroupCommand } from "@aws-sdk/client-athena";
import { CreateDatabaseCommand, CreateTableCommand } from "@aws-sdk/client-glue";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { type Column, LAKE_TABLES, type LakeTable } from "@bellwether/core/lake/tables";
import { LAKE_VIEWS } from "@bellwether/core/lake/views";
import { bucketName } from "@bellwether/local/physical-names";
import { partitionKeys, projection, viewColumns, viewText } from "../../infra/glue-schema.ts";
import type { Clients } from "./clients.ts";

export const DATABASE = "bellwether";
export const WORKGROUP = "bellwether";
const RETENTION_DAYS = 60;

const glueColumns = (columns: readonly { readonly name: string; readonly type: string }[]) =>
  columns.map(({ name, type }) => ({ Name: name, Type: type }));

/** Glue database with the tables and views of the lake, the workgroup and its saved queries, as infra/lake.ts makes them. */
export async function createCatalog({ athena, glue }: Clients): Promise<void> {
  const lake = `s3://${bucketName("lake")}`;
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DATABASE } }));
  for (const [name, { columns }] of Object.entries(LAKE_TABLES) as [
    LakeTable,
    { columns: readonly Column[] },
  ][]) {
    const Location = `${lake}/${name}/`;
    await glue.send(
      new CreateTableCommand({
        DatabaseName: DATABASE,
        TableInput: {
          Name: name,
          TableType: "EXTERNAL_TABLE",
          PartitionKeys: glueColumns(partitionKeys),
          Parameters: {
            EXTERNAL: "TRUE",
            classification: "parquet",
            ...projection(Location, RETENTION_DAYS),
          },
          StorageDescriptor: {
            Location,
            Columns: glueColumns(columns),
            InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            SerdeInfo: {
              SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
            },
          },
        },
      }),
    );
  }
  for (const view of LAKE_VIEWS) {
    await glue.send(
      new CreateTableCommand({
        DatabaseName: DATABASE,
        TableInput: {
          Name: view.name,
          TableType: "VIRTUAL_VIEW",
          Parameters: { presto_view: "true", comment: "Presto View" },
          StorageDescriptor: { Columns: glueColumns(viewColumns(view)), SerdeInfo: {} },
          ViewOriginalText: viewText(view, DATABASE),
          ViewExpandedText: "/* Presto View */",
        },
      }),
    );
  }
  await athena.send(
    new CreateWorkGroupCommand({
      Name: WORKGROUP,
      Configuration: {
        EnforceWorkGroupConfiguration: true,
        ResultConfiguration: { OutputLocation: `${lake}/athena-results/` },
      },
    }),
  );
  for (const { title, description, sql } of Object.values(SAVED_QUERIES)) {
    await athena.send(
      new CreateNamedQueryCommand({
        Name: title,
        Description: description,
        Database: DATABASE,
        WorkGroup: WORKGROUP,
        QueryString: sql,
      }),
    );
  }
}
