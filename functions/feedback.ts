import { randomUUID } from "node:crypto";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { readBusEvent } from "@bellwether/aws/envelopes";
import { kappaRows } from "@bellwether/aws/kappa-rows";
import { partName, writeDocument, writeLake } from "@bellwether/aws/lake";
import { sendToEvaluate } from "@bellwether/aws/messages";
import {
  attachInteraction,
  castVote,
  getRequest,
  requeueRequest,
  reviseDecision,
} from "@bellwether/aws/requests-table";
import { putReviewTask } from "@bellwether/aws/reviews-table";
import { loadConfig } from "@bellwether/aws/stage";
import { putWindowItems } from "@bellwether/aws/windows-table";
import { applyAppEvent, type FeedbackDeps } from "@bellwether/core/feedback/apply";
import { collectEffects } from "@bellwether/core/feedback/collect-effects";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

const logger = new Logger();
const metrics = new Metrics();

const productionDeps = (): FeedbackDeps => ({
  getRequest,
  castVote,
  reviseDecision,
  attachInteraction,
  requeueRequest,
  kappaRows,
  putReviewTask,
  writeLake,
  writeDocument,
  putWindowItems,
  sendToEvaluate,
  newToken: randomUUID,
});

export function makeHandler(deps: FeedbackDeps) {
  const stage = { config: loadConfig(), partName };
  const processor = new BatchProcessor(EventType.SQS);

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    const effects = collectEffects(deps);

    async function apply(record: SQSRecord): Promise<void> {
      const applied = await applyAppEvent(readBusEvent(JSON.parse(record.body)), stage, effects.deps);
      const invalid = applied.kind === "invalid";
      metrics.addMetric(invalid ? "FeedbackInvalid" : "FeedbackAccepted", MetricUnit.Count, 1);
      if (invalid) logger.warn("event kept aside", { detail: applied.detail });
    }

    try {
      const options = { context, throwOnFullBatchFailure: false };
      const response = await processPartialResponse(event, apply, processor, options);
      const sentAt = Math.max(...event.Records.map((record) => Number(record.attributes.SentTimestamp)));
      await effects.flush(partName("events", ...event.Records.map((record) => record.messageId)), sentAt);
      return response;
    } finally {
      for (const error of processor.errors) logger.error("event failed, it will be delivered again", error);
      metrics.publishStoredMetrics();
    }
  };
}

export const handler = makeHandler(productionDeps());
