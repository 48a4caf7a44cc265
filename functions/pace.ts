import { Logger } from "@aws-lambda-powertools/logger";
import { readTick } from "@bellwether/aws/envelopes";
import { readFolds } from "@bellwether/aws/fold-state";
import { foldVerbs } from "@bellwether/aws/fold-verbs";
import { putGauges } from "@bellwether/aws/gauges";
import { readTraffic } from "@bellwether/aws/hour-totals";
import { kappaRows, putKappaRow } from "@bellwether/aws/kappa-rows";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { loadConfig } from "@bellwether/aws/stage";
import type { Gauge } from "@bellwether/core/metrics";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import type { TickAnswer } from "@bellwether/core/rollup/settle-apps";
import { type PaceDeps, paceTick } from "@bellwether/core/sampling/pace-tick";
import type { Context } from "aws-lambda";

const logger = new Logger();

type Deps = PaceDeps & { readonly putGauges: (gauges: readonly Gauge[], at: number) => Promise<void> };

const productionDeps = (): Deps => ({
  ...foldVerbs,
  getRollout,
  readTraffic,
  readFolds,
  kappaRows,
  putKappaRow,
  putGauges,
});

export function makeHandler(deps: Deps) {
  const config = loadConfig();
  const prices = createPriceBook(config);

  return async (event: unknown, context: Context): Promise<TickAnswer> => {
    logger.addContext(context);
    const now = readTick(event);
    const { row, gauges, settledUntil } = await paceTick(now, config, prices, deps);
    if (row !== undefined) {
      logger.info("planned", { ...row });
      await deps.putGauges(
        [...gauges, { metric: "DetectorTicks", dimensions: { detector: "pace" }, value: 1 }],
        now,
      );
    }
    return { settledUntil: settledUntil === null ? null : new Date(settledUntil).toISOString() };
  };
}

export const handler = makeHandler(productionDeps());
