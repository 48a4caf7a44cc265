import { reconcile } from "@bellwether/core/prices/reconcile";
import { openLake } from "@bellwether/local/lake/open-lake";
import { BillError, readBill } from "@bellwether/local/lake/read-bill";
import { parseArguments, UsageError } from "./arguments.ts";
import { readable } from "./input-files.ts";
import { lakeFolder } from "./lake-query.ts";
import type { Io } from "./output.ts";
import { ledgerDays, ledgerRegions } from "./reconcile/ledger-days.ts";
import { renderReconciliation } from "./reconcile/render.ts";

const OPTIONS = {
  bill: { type: "string" },
  account: { type: "string" },
  out: { type: "string" },
  json: { type: "boolean" },
} as const;

/** `bellwether reconcile`: compares a Cost and Usage Report with the ledger of a lake; exit code 1 when there is nothing to compare. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("reconcile", args, OPTIONS);
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help reconcile\``);
  const file = await readable("bill", values.bill);
  if (file === undefined)
    throw new UsageError("--bill FILE is missing: a Cost and Usage Report 2.0 as .csv, .csv.gz or .parquet");
  const dir = lakeFolder(values.out);
  const bill = await billOf(file, values.account);
  const lake = await openLake(dir);
  try {
    const found = reconcile(bill, await ledgerDays(lake), await ledgerRegions(lake));
    io.stdout.write(values.json === true ? `${JSON.stringify(found)}\n` : renderReconciliation(found, io));
    return found.verdict.kind === "nothing_to_compare" ? 1 : 0;
  } finally {
    lake.close();
  }
}

async function billOf(file: string, account: string | undefined) {
  try {
    const { lines, accounts } = await readBill(file, account);
    if (account === undefined && accounts.length > 1)
      throw new UsageError(
        `the bill has Bedrock lines of ${accounts.length} accounts (${accounts.slice(0, 3).join(", ")} …): name the one with these logs, --account ID`,
      );
    return lines;
  } catch (error) {
    if (error instanceof BillError) throw new UsageError(`--bill ${file}: ${error.message}`);
    throw error;
  }
}
