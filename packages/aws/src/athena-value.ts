export type AthenaValue = string | number | boolean | null | readonly AthenaValue[];

const INTEGERS: ReadonlySet<string> = new Set(["tinyint", "smallint", "integer", "bigint"]);
const FRACTIONS: ReadonlySet<string> = new Set(["float", "real", "double", "decimal"]);

/**
 * A VarCharValue of GetQueryResults by the Athena type of its column; an absent one is null. Integers beyond ±(2^53 − 1)
 * and NaN or infinities, which JSON cannot carry, stay text.
 */
export function readAthenaValue(text: string | undefined, type: string): AthenaValue {
  if (text === undefined) return null;
  if (type === "boolean") return text === "true";
  if (INTEGERS.has(type)) return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  if (FRACTIONS.has(type)) return Number.isFinite(Number(text)) ? Number(text) : text;
  return type === "array" ? readArray(text) : text;
}

/** Athena prints `[1, 2]` and `[a, b]` alike, without quotes: elements that hold ", " cannot be told apart. */
function readArray(text: string): AthenaValue {
  if (!text.startsWith("[") || !text.endsWith("]")) return text;
  const inner = text.slice(1, -1);
  if (inner === "") return [];
  const elements: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < inner.length; i++) {
    const c = inner[i];
    if (c === "[" || c === "{") depth += 1;
    else if (c === "]" || c === "}") depth -= 1;
    else if (depth === 0 && inner.startsWith(", ", i)) {
      elements.push(inner.slice(start, i));
      start = i + 2;
    }
  }
  elements.push(inner.slice(start));
  const numeric = elements.every(
    (element) => element === "null" || /^-?\d+(?:\.\d+)?(?:E-?\d+)?$/.test(element),
  );
  return elements.map((element) => {
    if (element === "null") return null;
    if (element.startsWith("[")) return readArray(element);
    return numeric && isExact(element) ? Number(element) : element;
  });
}

const isExact = (text: string): boolean => !/^-?\d+$/.test(text) || Number.isSafeInteger(Number(text));
