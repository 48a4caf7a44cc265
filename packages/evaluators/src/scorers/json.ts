import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** A JSON text, or why it is none. */
export type ReadJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

const FENCE = /^```(?:json)?[ \t]*\n([\s\S]*?)\n?```$/;

/** Parses an answer that is one JSON text and nothing else; `fenced` also allows one Markdown code fence around it. */
export function readJsonAnswer(answer: string, fenced: boolean): ReadJson {
  const text = answer.trim();
  try {
    return { ok: true, value: JSON.parse((fenced ? FENCE.exec(text)?.[1] : undefined) ?? text) as unknown };
  } catch {
    return { ok: false };
  }
}

/** Says where a value breaks a JSON Schema (`/items/0/id must be string`), undefined where it does not. */
export type SchemaCheck = (value: unknown) => string | undefined;

/**
 * Compiles a JSON Schema of draft 2020-12; `format` is an annotation, as the draft has it. Throws Error on a schema
 * that is broken or uses an unknown keyword.
 */
export function compileSchema(schema: Readonly<Record<string, unknown>>): SchemaCheck {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    validateFormats: false,
    logger: false,
  });
  const validate: ValidateFunction = ajv.compile(schema);
  return (value) => {
    if (validate(value)) return undefined;
    const [error] = validate.errors ?? [];
    return `${error?.instancePath || "(root)"} ${error?.message ?? "is invalid"}`;
  };
}
