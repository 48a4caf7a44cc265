import { randomUUID } from "node:crypto";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { readBusEvent } from "@bellwether/aws/envelopes";
import { partName, writeDocument, writeLake } from "@bellwether/aws/lake";
import { sendToEvaluate } from "@bellwether/aws/messages";
import {
  attachInteraction,
  castVote,
  getRequest,
  requeueRequest,
  reviseDecision,
} from "@bellwether/aws/requests-table";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { loadConfig } from "@bellwether/aws/stage";
import { putWindowItems } from "@bellwether/aws/windows-table";
import { applyAppEvent, type FeedbackDeps } from "@bellwether/core/feedback/apply";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

const logger = new Logger();
const metrics = new Metrics();

const productionDeps = (): FeedbackDeps => ({
  getRequest,
  castVote,
  reviseDecision,
  attachInteraction,
  requeueRequest,
  getRollout,
  writeLake,
  writeDocument,
  putWindowItems,
  sendToEvaluate,
  newToken: randomUUID,
});

export function makeHandler(deps: FeedbackDeps) {
  const stage = { config: loadConfig(), partName };
  const processor = new BatchProcessor(EventType.SQS);

  async function apply(record: SQSRecord): Promise<void> {
    const applied = await applyAppEvent(readBusEvent(JSON.parse(record.body)), stage, deps);
    const invalid = applied.kind === "invalid";
    metrics.addMetric(invalid ? "FeedbackInvalid" : "FeedbackAccepted", MetricUnit.Count, 1);
    if (invalid) logger.warn("event kept aside", { detail: applied.detail });
  }

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    try {
      return await processPartialResponse(event, apply, processor, {
        context,
        throwOnFullBatchFailure: false,
      });
    } finally {
      for (const error of processor.errors) logger.error("event failed, it will be delivered again", error);
      metrics.publishStoredMetrics();
    }
  };
}

export const handler = makeHandler(productionDeps());
