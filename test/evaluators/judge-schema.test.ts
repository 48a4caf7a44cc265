import { JUDGE_TOOL_SCHEMA, verdictsSchema } from "@bellwether/evaluators/judge-schema";
import { describe, expect, it } from "vitest";
import * as z from "zod";

/** Keywords that Bedrock compiles (user guide, structured-output), as far as this schema needs them. */
const ALLOWED = new Set(["type", "properties", "required", "additionalProperties", "items", "enum"]);

interface Schema {
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly required?: string[];
  readonly enum?: unknown[];
  readonly additionalProperties?: unknown;
}

function walk(schema: Schema, visit: (schema: Schema) => void): void {
  visit(schema);
  for (const child of Object.values(schema.properties ?? {})) walk(child, visit);
  if (schema.items !== undefined) walk(schema.items, visit);
}

function shape(schema: Schema): unknown {
  return {
    type: schema.type,
    enum: schema.enum,
    required: schema.required?.toSorted(),
    items: schema.items && shape(schema.items),
    properties:
      schema.properties &&
      Object.fromEntries(Object.entries(schema.properties).map(([name, child]) => [name, shape(child)])),
  };
}

describe("judge tool schema", () => {
  it("uses only keywords of the subset that Bedrock compiles, and closes every object", () => {
    let objects = 0;
    walk(JUDGE_TOOL_SCHEMA, (schema) => {
      expect(Object.keys(schema).filter((keyword) => !ALLOWED.has(keyword))).toStrictEqual([]);
      if (schema.type !== "object") return;
      objects += 1;
      expect(schema.additionalProperties).toBe(false);
    });
    expect(objects).toBe(7);
  });

  it("asks the model for exactly what the reader accepts; a missing quote only voids its claim", () => {
    const asked = structuredClone(JUDGE_TOOL_SCHEMA) as Schema;
    const required = asked.properties?.claims?.items?.required ?? [];
    expect(required).toContain("quote");
    required.splice(required.indexOf("quote"), 1);
    expect(shape(asked)).toStrictEqual(shape(z.toJSONSchema(verdictsSchema) as Schema));
  });
});
