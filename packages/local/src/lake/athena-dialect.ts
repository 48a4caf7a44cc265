/** Strings, quoted names and comments are matched first so that nothing inside them is touched. */
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\p{L}\p{N}_$])at(?![\p{L}\p{N}_$])(?!\s+time\s+zone\b)/giu;

/** `sql` as DuckDB must read it: Athena takes a bare `at` for a column, DuckDB for a keyword, so it is quoted. */
export function toDuckDbSql(sql: string): string {
  return sql.replace(TOKEN, (token) => (token.toLowerCase() === "at" ? '"at"' : token));
}
