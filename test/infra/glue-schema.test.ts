import { ANALYST_VIEWS } from "@bellwether/core/lake/analyst-views";
import { LAKE_TABLES, partitionOf } from "@bellwether/core/lake/tables";
import { LAKE_VIEWS } from "@bellwether/core/lake/views";
import { describe, expect, it } from "vitest";
import { partitionKeys, projection, viewColumns, viewText } from "../../infra/glue-schema.ts";

describe("partition projection", () => {
  const location = "s3://lake/requests_log/";
  const properties = projection(location, 60);

  it("finds the folder that writers use", () => {
    const at = Date.UTC(2026, 10, 3, 7, 30);
    const folder = properties["storage.location.template"]
      ?.replace(`\${dt}`, "2026-11-03")
      .replace(`\${hour}`, "7".padStart(Number(properties["projection.hour.digits"]), "0"));
    expect(folder).toBe(`${location}${partitionOf(at)}/`);
  });

  it("describes every partition column and ends its template with a slash, as Athena asks", () => {
    for (const { name } of partitionKeys) {
      expect(properties).toHaveProperty([`projection.${name}.type`]);
      expect(properties["storage.location.template"]).toContain(`\${${name}}`);
    }
    expect(properties["storage.location.template"]).toMatch(/\/$/);
  });

  it("reaches back over the retention and the oldest event that is accepted", () => {
    expect(properties["projection.dt.range"]).toBe("NOW-90DAYS,NOW+1DAYS");
  });
});

describe("analyst views", () => {
  it.each(ANALYST_VIEWS.map((view) => [view.name, view] as const))("%s is a Presto view", (_, view) => {
    const [, encoded = ""] = /^\/\* Presto View: (\S+) \*\/$/.exec(viewText(view, "bellwether")) ?? [];
    const { originalSql, columns } = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
    expect(originalSql).toBe(view.sql);
    const trino = {
      string: "varchar",
      bigint: "bigint",
      double: "double",
      int: "integer",
      boolean: "boolean",
    };
    expect(columns).toEqual(view.columns.map(({ name, type }) => ({ name, type: trino[type] })));
    expect(viewColumns(view)).toEqual(view.columns);
  });

  it("have names of their own", () => {
    const names = [...LAKE_VIEWS, ...ANALYST_VIEWS].map(({ name }) => name);
    expect(new Set([...names, ...Object.keys(LAKE_TABLES)]).size).toBe(
      names.length + Object.keys(LAKE_TABLES).length,
    );
  });
});

describe("views", () => {
  it.each(LAKE_VIEWS.map((view) => [view.name, view] as const))("%s is a Presto view", (_, view) => {
    const [, encoded = ""] = /^\/\* Presto View: (\S+) \*\/$/.exec(viewText(view, "bellwether")) ?? [];
    const definition = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
    expect(definition).toMatchObject({
      originalSql: view.sql,
      catalog: "awsdatacatalog",
      schema: "bellwether",
    });
    const columns: { name: string; type: string }[] = definition.columns;
    expect(columns.map(({ name }) => name)).toEqual(view.columns);
    for (const { name, type } of LAKE_TABLES[view.table].columns) {
      const trino = { string: "varchar", int: "integer" }[type as string] ?? type;
      expect(columns.find((column) => column.name === name)?.type).toBe(trino);
      expect(viewColumns(view)).toContainEqual({ name, type });
    }
    expect(viewColumns(view)).toContainEqual({ name: "hour", type: "string" });
  });
});
