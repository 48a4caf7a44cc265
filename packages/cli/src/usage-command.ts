import { QueryFailedError } from "@bellwether/aws/athena";
import { parseArguments, UsageError } from "./arguments.ts";
import { type Io, oneLine } from "./output.ts";
import { readUsage } from "./usage/read-usage.ts";
import { renderUsage } from "./usage/render-usage.ts";

const OPTIONS = { out: { type: "string" }, json: { type: "boolean" } } as const;

/** `bellwether usage`: use and satisfaction by prompt version, guardrails, latency, errors and peaks; exit code 1 when the SQL fails. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("usage", args, OPTIONS);
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help usage\``);
  try {
    const document = await readUsage(values.out);
    io.stdout.write(values.json === true ? `${JSON.stringify(document)}\n` : renderUsage(document, io));
    return 0;
  } catch (error) {
    if (!(error instanceof QueryFailedError)) throw error;
    io.stderr.write(`bellwether: ${oneLine(error.message)}\n`);
    return 1;
  }
}
