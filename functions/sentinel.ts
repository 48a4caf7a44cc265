import { randomBytes } from "node:crypto";
import { Logger } from "@aws-lambda-powertools/logger";
import { readTick } from "@bellwether/aws/envelopes";
import { putGauges } from "@bellwether/aws/gauges";
import { converse } from "@bellwether/aws/judge";
import { partName, readDocument, writeDocument, writeLake } from "@bellwether/aws/lake";
import { publish } from "@bellwether/aws/messages";
import { getSentinel, saveSentinel } from "@bellwether/aws/sentinel-state";
import { loadConfig } from "@bellwether/aws/stage";
import type { Gauge } from "@bellwether/core/metrics";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import type { TickAnswer } from "@bellwether/core/rollup/settle-apps";
import { type SentinelDeps, sentinelTick } from "@bellwether/core/sentinel/sentinel-tick";
import type { Converse } from "@bellwether/evaluators/judge-answer";
import { judgeCase } from "@bellwether/evaluators/judge-case";
import { EVALUATOR_VERSION, JUDGE_PROMPT_VERSION } from "@bellwether/evaluators/version";
import type { Context } from "aws-lambda";

const logger = new Logger();

type Deps = Omit<SentinelDeps, "judgeCase"> & {
  readonly converse: Converse;
  readonly newDelimiter: () => string;
  readonly putGauges: (gauges: readonly Gauge[], at: number) => Promise<void>;
};

const productionDeps = (): Deps => ({
  getSentinel,
  saveSentinel,
  readDocument,
  writeDocument,
  converse,
  newDelimiter: () => randomBytes(12).toString("hex"),
  writeLake,
  notify: (notice) => publish("events", notice.title, JSON.stringify(notice)),
  putGauges,
});

export function makeHandler(deps: Deps) {
  const config = loadConfig();
  const prices = createPriceBook(config);
  const judge = `${config.judge.modelId} ${JUDGE_PROMPT_VERSION}.${EVALUATOR_VERSION}`;
  const stage = { dataset: config.sentinel.dataset, judge, partName };

  return async (event: unknown, context: Context): Promise<TickAnswer> => {
    logger.addContext(context);
    const now = readTick(event);
    const tick = await sentinelTick(now, stage, {
      ...deps,
      judgeCase: (item) => judgeCase(item, now, { config, prices }, deps),
    });
    logger.info("looked at the judge", { ...tick });
    if (tick.kind === "incomplete")
      throw new Error(`${tick.scored} of ${tick.cases} golden answers could be judged`);
    // An hour without anything to judge is a tick too; where nothing is watched nobody waits for one.
    if (stage.dataset !== undefined) {
      const ticks: Gauge = { metric: "DetectorTicks", dimensions: { detector: "sentinel" }, value: 1 };
      await deps.putGauges(tick.kind === "idle" ? [ticks] : [...tick.gauges, ticks], now);
    }
    const tomorrow = (Math.floor(now / 86_400_000) + 1) * 86_400_000;
    return { settledUntil: stage.dataset === undefined ? null : new Date(tomorrow).toISOString() };
  };
}

export const handler = makeHandler(productionDeps());
