import type { SavedQuery } from "./saved-query.ts";

/**
 * The SQL of a saved query with every `?` replaced by its parameter as a string literal; throws RangeError for a
 * parameter that is missing or that the query does not have.
 */
export function bindSavedQuery(query: SavedQuery, values: Readonly<Record<string, string>>): string {
  const names = query.parameters ?? [];
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `no parameter ${unknown}; it takes ${names.length === 0 ? "none" : names.join(", ")}`,
    );
  }
  const pieces = query.sql.split("?");
  return pieces.reduce((sql, piece, i) => {
    const name = names[i - 1];
    const value = name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new RangeError(`parameter ${name} is missing`);
    return `${sql}'${value.replaceAll("'", "''")}'${piece}`;
  });
}
