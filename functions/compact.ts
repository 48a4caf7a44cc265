import { Logger } from "@aws-lambda-powertools/logger";
import { readTick } from "@bellwether/aws/envelopes";
import { putGauges } from "@bellwether/aws/gauges";
import { partName } from "@bellwether/aws/lake";
import { releaseLakeLease, takeLakeLease } from "@bellwether/aws/lake-lease";
import { deletePart, listParts, readPart, writePart } from "@bellwether/aws/lake-parts";
import { encodeParquet } from "@bellwether/aws/parquet";
import { decodeParquet, rowCount } from "@bellwether/aws/parquet-reader";
import { loadConfig } from "@bellwether/aws/stage";
import { type CompactDeps, compactGauges, compactLake } from "@bellwether/core/lake/compact";
import type { Gauge } from "@bellwether/core/metrics";
import type { TickAnswer } from "@bellwether/core/rollup/settle-apps";
import type { Context } from "aws-lambda";

const logger = new Logger();

/** What is begun must end: the last batch is read, merged, read back and deleted in less. */
const LAST_BATCH_MS = 90_000;
/** The lease outlives the function: nobody may think that a running one is dead. */
const LEASE_MS = 16 * 60_000;

type Deps = Omit<CompactDeps, "outOfTime"> & {
  readonly takeLakeLease: (holder: string, now: number, until: number) => Promise<boolean>;
  readonly releaseLakeLease: (holder: string) => Promise<void>;
  readonly putGauges: (gauges: readonly Gauge[], at: number) => Promise<void>;
};

const productionDeps = (): Deps => ({
  listParts,
  readPart,
  writePart,
  deletePart,
  rowCount,
  decode: decodeParquet,
  encode: encodeParquet,
  takeLakeLease,
  releaseLakeLease,
  putGauges,
});

export function makeHandler(deps: Deps) {
  const stage = { lagMs: loadConfig().lagMinutes * 60_000, partName };

  return async (event: unknown, context: Context): Promise<TickAnswer> => {
    logger.addContext(context);
    const now = readTick(event);
    const outOfTime = () => context.getRemainingTimeInMillis() < LAST_BATCH_MS;
    const holder = `compact ${context.awsRequestId}`;
    if (!(await deps.takeLakeLease(holder, now, now + LEASE_MS)))
      throw new Error("somebody else is rewriting the lake; the next run will do it");
    try {
      const done = await compactLake(now, stage, { ...deps, outOfTime });
      for (const { key, error } of done.unmergeable) logger.warn("part left as it is", { key, error });
      logger.info("lake compacted", { ...done, unmergeable: done.unmergeable.length });
      await deps.putGauges(compactGauges(done), now);
    } finally {
      await deps.releaseLakeLease(holder);
    }
    return { settledUntil: new Date(now + 86_400_000).toISOString() };
  };
}

export const handler = makeHandler(productionDeps());
