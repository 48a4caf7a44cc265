import type { AnalystView } from "@bellwether/core/lake/analyst-views";
import type { Column, ColumnType } from "@bellwether/core/lake/tables";
import { LAKE_TABLES } from "@bellwether/core/lake/tables";
import { type LakeView, PARTITION_COLUMNS } from "@bellwether/core/lake/views";

/** Events up to this many days old still enter the lake (core refuses older ones). */
const OLDEST_EVENT_DAYS = 30;

export const partitionKeys = PARTITION_COLUMNS.map((name) => ({ name, type: "string" }));

/** Partition projection over `dt=/hour=`: nothing has to be registered when an hour begins. */
export const projection = (location: string, retentionDays: number): Record<string, string> => ({
  "projection.enabled": "true",
  "projection.dt.type": "date",
  "projection.dt.format": "yyyy-MM-dd",
  "projection.dt.range": `NOW-${retentionDays + OLDEST_EVENT_DAYS}DAYS,NOW+1DAYS`,
  "projection.hour.type": "integer",
  "projection.hour.range": "0,23",
  "projection.hour.digits": "2",
  "storage.location.template": `${location}dt=\${dt}/hour=\${hour}/`,
});

const TRINO_TYPE = {
  string: "varchar",
  bigint: "bigint",
  int: "integer",
  double: "double",
  boolean: "boolean",
} as const satisfies Record<ColumnType, string>;

function typeOf({ table }: LakeView, column: string): ColumnType {
  const columns: readonly Column[] = LAKE_TABLES[table].columns;
  return columns.find(({ name }) => name === column)?.type ?? "string";
}

type View = LakeView | AnalystView;

/** Columns of a view with their Glue types. */
export const viewColumns = (view: View): { name: string; type: ColumnType }[] =>
  "table" in view
    ? view.columns.map((name) => ({ name, type: typeOf(view, name) }))
    : view.columns.map((column) => ({ ...column }));

/** A view as Athena keeps it in Glue: base64 JSON inside a comment (what CREATE VIEW writes). */
export function viewText(view: View, database: string): string {
  const columns = viewColumns(view).map(({ name, type }) => ({ name, type: TRINO_TYPE[type] }));
  const definition = { originalSql: view.sql, catalog: "awsdatacatalog", schema: database, columns };
  return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString("base64")} */`;
}
