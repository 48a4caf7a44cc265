import { ANALYST_VIEWS } from "@bellwether/core/lake/analyst-views";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { type Column, LAKE_TABLES, type LakeTable } from "@bellwether/core/lake/tables";
import { LAKE_VIEWS } from "@bellwether/core/lake/views";
import { buckets, QUERY_RESULTS } from "./buckets.ts";
import { componentName, each } from "./each.ts";
import { partitionKeys, projection, viewColumns, viewText } from "./glue-schema.ts";
import { key } from "./key.ts";
import { stageOf } from "./stage.ts";

const { lakeRetentionDays, scanLimitGb } = stageOf($app.stage);

export const database = new aws.glue.CatalogDatabase("LakeDatabase", {
  name: "bellwether",
  description: "What Bellwether read, judged, found and did",
});

const tables = each<LakeTable, { readonly columns: readonly Column[] }, aws.glue.CatalogTable>(
  LAKE_TABLES,
  (name, { columns }) => {
    const location = $interpolate`s3://${buckets.lake.name}/${name}/`;
    return new aws.glue.CatalogTable(componentName("lake", name), {
      databaseName: database.name,
      name,
      tableType: "EXTERNAL_TABLE",
      partitionKeys,
      parameters: location.apply((prefix) => ({
        EXTERNAL: "TRUE",
        classification: "parquet",
        ...projection(prefix, lakeRetentionDays),
      })),
      storageDescriptor: {
        location,
        columns: columns.map((column) => ({ ...column })),
        inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
      },
    });
  },
);

for (const view of [...LAKE_VIEWS, ...ANALYST_VIEWS]) {
  new aws.glue.CatalogTable(
    componentName("lake", view.name, "view"),
    {
      databaseName: database.name,
      name: view.name,
      tableType: "VIRTUAL_VIEW",
      parameters: { presto_view: "true", comment: "Presto View" },
      storageDescriptor: { columns: viewColumns(view), serDeInfo: {} },
      viewOriginalText: database.name.apply((name) => viewText(view, name)),
      viewExpandedText: "/* Presto View */",
    },
    { dependsOn: "table" in view ? [tables[view.table]] : Object.values(tables) },
  );
}

export const workgroup = new aws.athena.Workgroup("Analysts", {
  name: "bellwether",
  description: "SQL over the lake, with a limit on what one query may scan",
  forceDestroy: true,
  configuration: {
    enforceWorkgroupConfiguration: true,
    publishCloudwatchMetricsEnabled: true,
    bytesScannedCutoffPerQuery: scanLimitGb * 1e9,
    engineVersion: { selectedEngineVersion: "Athena engine version 3" },
    resultConfiguration: {
      outputLocation: $interpolate`s3://${buckets.lake.name}/${QUERY_RESULTS}`,
      encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: key.arn },
    },
  },
});

for (const [name, { title, description, sql }] of Object.entries(SAVED_QUERIES)) {
  new aws.athena.NamedQuery(componentName(name, "query"), {
    name: title,
    description,
    database: database.name,
    workgroup: workgroup.name,
    query: sql,
  });
}
