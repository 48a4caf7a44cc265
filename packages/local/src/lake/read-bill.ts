import type { BillLine } from "@bellwether/core/prices/bill";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { toJsonValue } from "./json-value.ts";

/** The file is no such report; `message` is one line. */
export class BillError extends Error {
  override readonly name = "BillError";
}

/** Columns of the Cost and Usage Report 2.0 without which nothing can be compared. */
const REQUIRED = [
  "line_item_usage_start_date",
  "line_item_usage_type",
  "line_item_unblended_cost",
  "line_item_product_code",
] as const;

/** Marketplace models have an opaque product code; one of these names Bedrock. */
const SAYS_BEDROCK = [
  "line_item_product_code",
  "product_servicecode",
  "product_servicename",
  "product_product_name",
  "product",
  "line_item_line_item_description",
] as const;

interface Bill {
  /** Bedrock's lines, summed by day, usage type, line type and Region. */
  readonly lines: readonly BillLine[];
  /** Accounts that have Bedrock lines, ascending; empty when the report does not say. */
  readonly accounts: readonly string[];
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const sourceOf = (file: string): string =>
  /\.parquet$/i.test(file)
    ? `read_parquet(${literal(file)})`
    : `read_csv(${literal(file)}, header = true, all_varchar = true)`;

async function rows(connection: DuckDBConnection, sql: string) {
  return (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(toJsonValue));
}

/**
 * Reads the Bedrock lines of a Cost and Usage Report 2.0 (`.csv`, `.csv.gz` or `.parquet`), of one account if it is
 * given. Rejects with BillError for another file, an amount that is no number, or a currency other than USD.
 */
export async function readBill(file: string, account?: string): Promise<Bill> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  try {
    const source = sourceOf(file);
    const names = new Set((await rows(connection, `describe select * from ${source}`)).map(([name]) => name));
    const missing = REQUIRED.filter((name) => !names.has(name));
    if (missing.length > 0)
      throw new BillError(`it has no column ${missing[0]}: a Cost and Usage Report 2.0 has one`);
    const optional = (name: string): string => (names.has(name) ? `cast(${name} as varchar)` : "null");
    const text = SAYS_BEDROCK.filter((name) => names.has(name)).map((name) => `cast(${name} as varchar)`);
    await connection.run(`create table lines as
      select cast(line_item_usage_start_date as varchar)[1:10] as day, line_item_usage_type as usage_type,
        coalesce(${optional("line_item_line_item_type")}, 'Usage') as line_type,
        nullif(${optional("product_region_code")}, '') as region,
        ${optional("line_item_usage_account_id")} as account,
        coalesce(nullif(${optional("line_item_currency_code")}, ''), 'USD') as currency,
        cast(line_item_unblended_cost as decimal(38, 12)) as usd
      from ${source} where lower(concat_ws(' ', ${text.join(", ")})) like '%bedrock%'`);
    const [foreign] = await rows(connection, "select currency from lines where currency <> 'USD' limit 1");
    if (foreign !== undefined) throw new BillError(`its amounts are in ${foreign[0]}, not in USD`);
    const accounts = await rows(
      connection,
      "select distinct account from lines where account is not null order by 1",
    );
    const mine = account === undefined ? "true" : `account = ${literal(account)}`;
    const found = await rows(
      connection,
      `select day, usage_type, line_type, region, cast(sum(usd) as double) from lines where ${mine} group by all order by all`,
    );
    return {
      lines: found.map(([day, usageType, lineType, region, usd]) => ({
        day: String(day),
        usageType: String(usageType),
        lineType: String(lineType),
        region: region === null || region === undefined ? null : String(region),
        usd: Number(usd),
      })),
      accounts: accounts.map(([id]) => String(id)),
    };
  } catch (error) {
    if (error instanceof BillError) throw error;
    const [problem = ""] = (error as Error).message.split("\n");
    throw new BillError(problem);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
