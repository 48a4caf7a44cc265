import { randomUUID } from "node:crypto";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { isLogObject, readBusEvent, readObjectCreated } from "@bellwether/aws/envelopes";
import { kappaRows } from "@bellwether/aws/kappa-rows";
import { knownUserCache, learnedAppCache } from "@bellwether/aws/known-users";
import { partName, writeLake } from "@bellwether/aws/lake";
import { readLogObject, readOffloadedBody } from "@bellwether/aws/log-objects";
import { sendToEvaluate } from "@bellwether/aws/messages";
import { appsOf, claimNewUser, claimRequest, learnApp, reviseDecision } from "@bellwether/aws/requests-table";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { loadConfig } from "@bellwether/aws/stage";
import { embedText } from "@bellwether/aws/titan";
import { getTopics } from "@bellwether/aws/topics";
import { putWindowItems } from "@bellwether/aws/windows-table";
import type { IngestDeps } from "@bellwether/core/ingest/deps";
import { ingestMetrics } from "@bellwether/core/ingest/ingest-metrics";
import { ingestObject } from "@bellwether/core/ingest/ingest-object";
import { METRICS } from "@bellwether/core/metrics";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

const logger = new Logger();
const metrics = new Metrics();

/** The verbs of ingest against AWS. */
export const productionDeps = (): IngestDeps => ({
  readLogObject,
  readOffloadedBody,
  getRollout,
  getTopics,
  embedText,
  kappaRows,
  claimNewUser: knownUserCache(claimNewUser),
  learnApp: learnedAppCache(learnApp),
  appsOf,
  claimRequest,
  reviseDecision,
  writeLake,
  putWindowItems,
  sendToEvaluate,
  newToken: randomUUID,
});

export function makeHandler(deps: IngestDeps) {
  const config = loadConfig();
  const stage = { config, prices: createPriceBook(config), partName };
  const processor = new BatchProcessor(EventType.SQS);

  async function ingest(record: SQSRecord): Promise<void> {
    const { detail, time: deliveredAt } = readBusEvent(JSON.parse(record.body));
    const { key, size } = readObjectCreated(detail);
    if (!isLogObject(key, size)) return;
    const report = await ingestObject({ key, deliveredAt }, stage, deps);
    for (const [name, value] of ingestMetrics(report, deliveredAt))
      metrics.addMetric(name, METRICS[name].unit, value);
    const { unconfiguredApps, newest, ...counts } = report;
    logger.info("ingested", { key, ...counts, unconfiguredApps: [...unconfiguredApps] });
  }

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    try {
      return await processPartialResponse(event, ingest, processor, {
        context,
        throwOnFullBatchFailure: false,
      });
    } finally {
      for (const error of processor.errors) logger.error("object failed, it will be delivered again", error);
      metrics.publishStoredMetrics();
    }
  };
}

export const handler = makeHandler(productionDeps());
