import { parseConfig } from "@bellwether/core/config/config";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { parseArguments, UsageError } from "./arguments.ts";
import { readConfig } from "./input-files.ts";
import { interruptible } from "./interrupt.ts";
import { lakeFolder } from "./lake-query.ts";
import type { Io } from "./output.ts";
import { startProgress } from "./progress.ts";
import { documentOf } from "./reprice/document.ts";
import { renderReprice } from "./reprice/render.ts";
import { repriceLake } from "./reprice/reprice-lake.ts";
import { readDay, utcDay } from "./utc-day.ts";

const OPTIONS = {
  from: { type: "string" },
  until: { type: "string" },
  config: { type: "string" },
  out: { type: "string" },
  "dry-run": { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** `bellwether reprice`: gives the requests of a lake the cost that today's price book says, and shows what changed. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("reprice", args, OPTIONS);
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help reprice\``);
  if (values.from === undefined)
    throw new UsageError("--from DATE is missing: the first UTC day to price anew, YYYY-MM-DD");
  const today = utcDay(Date.now());
  const from = readDay("from", values.from, today);
  const until = values.until === undefined ? today : readDay("until", values.until, today);
  if (until < from) throw new UsageError(`--until ${until} is before --from ${from}`);
  const prices = createPriceBook(parseConfig(await readConfig(values.config)));
  const dir = lakeFolder(values.out);
  const days = { from, until, dryRun: values["dry-run"] === true };
  const progress = startProgress("reprice", io);
  try {
    const repriced = await interruptible((signal) =>
      repriceLake({
        ...days,
        dir,
        prices,
        signal,
        onProgress: (done, { dt, hour }) => progress.update(done, `${dt} ${hour}:00`),
      }),
    );
    progress.stop();
    const document = documentOf(days, repriced);
    io.stdout.write(
      values.json === true
        ? `${JSON.stringify(document)}\n`
        : renderReprice(document, values.out ?? "OUT", io),
    );
    return 0;
  } finally {
    progress.stop();
  }
}
