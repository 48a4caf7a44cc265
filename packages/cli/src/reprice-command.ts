import { parseConfig } from "@bellwether/core/config/config";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { parseArguments, UsageError } from "./arguments.ts";
import { readConfig } from "./input-files.ts";
import { interruptible } from "./interrupt.ts";
import { lakeFolder } from "./lake-query.ts";
import type { Io } from "./output.ts";
import { startProgress } from "./progress.ts";
import { documentOf, type Repriced } from "./reprice/document.ts";
import { renderReprice } from "./reprice/render.ts";
import { repriceLake } from "./reprice/reprice-lake.ts";
import { repriceStage } from "./reprice/reprice-stage.ts";
import { withStage } from "./reprice/stage-verbs.ts";
import { readDay, utcDay } from "./utc-day.ts";

const OPTIONS = {
  from: { type: "string" },
  until: { type: "string" },
  config: { type: "string" },
  out: { type: "string" },
  workgroup: { type: "string" },
  database: { type: "string" },
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
  const now = Date.now();
  const from = readDay("from", values.from, utcDay(now));
  const until = values.until === undefined ? utcDay(now) : readDay("until", values.until, utcDay(now));
  if (until < from) throw new UsageError(`--until ${until} is before --from ${from}`);
  const prices = createPriceBook(parseConfig(await readConfig(values.config)));
  const days = { from, until, dryRun: values["dry-run"] === true };
  const dir = values.out === undefined ? undefined : lakeFolder(values.out);
  const progress = startProgress("reprice", io);
  const onProgress = progress.update;
  const work = (signal: AbortSignal): Promise<Repriced> => {
    const options = { ...days, prices, onProgress, signal };
    if (dir !== undefined) return repriceLake({ ...options, dir });
    const { workgroup: workGroup, database } = values;
    const names = { ...(workGroup && { workGroup }), ...(database && { database }) };
    return withStage(names, (deps) => repriceStage({ ...options, now }, deps));
  };
  try {
    const document = documentOf(days, await interruptible(work));
    progress.stop();
    io.stdout.write(
      values.json === true ? `${JSON.stringify(document)}\n` : renderReprice(document, values.out, io),
    );
    return 0;
  } finally {
    progress.stop();
  }
}
