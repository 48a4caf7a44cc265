import { QueryFailedError, type QueryResult } from "@bellwether/aws/athena";
import { bindSavedQuery } from "@bellwether/core/lake/bind-query";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { parseArguments, UsageError } from "./arguments.ts";
import { queryLake } from "./lake-query.ts";
import { type Io, oneLine, renderTable } from "./output.ts";

const OPTIONS = {
  out: { type: "string" },
  saved: { type: "string" },
  param: { type: "string", multiple: true },
  list: { type: "boolean" },
  json: { type: "boolean" },
  workgroup: { type: "string" },
  database: { type: "string" },
} as const;

/** `bellwether query`: prints the answer of one SQL statement or saved query; exit code 1 when the SQL fails. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("query", args, OPTIONS);
  const json = values.json === true;
  if (values.list === true) {
    print(savedQueryList(json), json, io);
    return 0;
  }
  const sql = chosenSql(positionals, values.saved, values.param ?? []);
  const location = {
    out: values.out,
    ...(values.workgroup === undefined ? {} : { workGroup: values.workgroup }),
    ...(values.database === undefined ? {} : { database: values.database }),
  };
  try {
    print(await queryLake(location, sql), json, io);
    return 0;
  } catch (error) {
    if (!(error instanceof QueryFailedError)) throw error;
    io.stderr.write(`bellwether: ${oneLine(error.message)}\n`);
    return 1;
  }
}

function chosenSql(
  positionals: readonly string[],
  saved: string | undefined,
  params: readonly string[],
): string {
  const [sql, ...more] = positionals;
  if (saved === undefined) {
    if (params.length > 0) throw new UsageError("--param belongs to a --saved query");
    if (sql === undefined || sql.trim() === "") {
      throw new UsageError(
        'no SQL: give it in quotes, bellwether query "SELECT …" --out DIR, or name a query with --saved',
      );
    }
    if (more.length > 0) throw new UsageError("more than one statement: put the SQL in quotes");
    return sql;
  }
  if (sql !== undefined) throw new UsageError("give SQL or --saved NAME, not both");
  const query = Object.hasOwn(SAVED_QUERIES, saved) ? SAVED_QUERIES[saved] : undefined;
  if (query === undefined) {
    throw new UsageError(`no saved query ${saved}; there are ${Object.keys(SAVED_QUERIES).join(", ")}`);
  }
  try {
    return bindSavedQuery(query, Object.fromEntries(params.map(parameter)));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${saved}: ${error.message}; give it as --param NAME=VALUE`);
  }
}

function parameter(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--param ${text} is not NAME=VALUE`);
  return [text.slice(0, at), text.slice(at + 1)];
}

type Answer = Pick<QueryResult, "rows"> & { readonly columns: readonly { readonly name: string }[] };

function savedQueryList(json: boolean): Answer {
  const columns = ["name", "title", "parameters", "description"].map((name) => ({ name }));
  const rows = Object.entries(SAVED_QUERIES).map(([name, { title, parameters = [], description }]) => [
    name,
    title,
    json ? parameters : parameters.join(", ") || null,
    description,
  ]);
  return { columns, rows };
}

function print({ columns, rows }: Answer, json: boolean, io: Io): void {
  const names = uniqueNames(columns.map(({ name }) => name));
  if (json) {
    const objects = rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
    io.stdout.write(`${JSON.stringify({ columns: names, rows: objects })}\n`);
    return;
  }
  io.stdout.write(renderTable(names, rows, io.color));
  io.stdout.write(io.color.dim(`${rows.length} ${rows.length === 1 ? "row" : "rows"}\n`));
}

/** A JSON object holds a name once: the second `a` becomes `a_2`. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name}_${n}`;
    taken.add(unique);
    return unique;
  });
}
