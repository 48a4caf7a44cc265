import { randomBytes, randomUUID } from "node:crypto";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { readPointers } from "@bellwether/aws/envelopes";
import { converse } from "@bellwether/aws/judge";
import { partName, readDocument, writeLake } from "@bellwether/aws/lake";
import { readLogLines, readOffloadedBody } from "@bellwether/aws/log-objects";
import { delayMessage } from "@bellwether/aws/messages";
import { readRubrics } from "@bellwether/aws/policies";
import { getRequest, leaseRequest, releaseLease, saveJudgement } from "@bellwether/aws/requests-table";
import { putReviewTask, reviewVolume } from "@bellwether/aws/reviews-table";
import { loadConfig } from "@bellwether/aws/stage";
import { putWindowItems } from "@bellwether/aws/windows-table";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { type PublishDeps, publishJudged } from "@bellwether/core/requests/publish-judged";
import type { KnownRequest } from "@bellwether/core/requests/request-item";
import { FUNCTIONS } from "@bellwether/core/topology";
import { backoffSeconds } from "@bellwether/evaluators/backoff";
import { type EvaluateDeps, evaluateBatch } from "@bellwether/evaluators/evaluate-batch";
import { parseEvaluationPolicy } from "@bellwether/evaluators/evaluation-policy";
import { judgeMetrics } from "@bellwether/evaluators/judge-metrics";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

const [logger, metrics] = [new Logger(), new Metrics()];
type Deps = EvaluateDeps & PublishDeps & { readonly delayMessage: typeof delayMessage };
const productionDeps = (): Deps => ({
  leaseRequest,
  releaseLease,
  getRequest,
  saveJudgement,
  readLogLines,
  readOffloadedBody,
  readDocument,
  converse,
  reviewVolume,
  putReviewTask,
  newDelimiter: () => randomBytes(12).toString("hex"),
  now: Date.now,
  writeLake,
  putWindowItems,
  newToken: randomUUID,
  delayMessage,
});

export function makeHandler(deps: Deps) {
  const config = loadConfig();
  const [policy, prices] = [parseEvaluationPolicy(readRubrics()), createPriceBook(config)];
  const stage = { config, policy, prices, leaseMs: FUNCTIONS.evaluate.timeoutSeconds * 1_000, partName };
  const processor = new BatchProcessor(EventType.SQS);
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    const judged: KnownRequest[] = [];
    const batch = await evaluateBatch(readPointers(event.Records), stage, deps);

    async function evaluate(record: SQSRecord): Promise<void> {
      const result = await batch.get(record.messageId);
      if (result === undefined) throw new Error("the message names no requestId");
      for (const [name, n] of judgeMetrics(result)) metrics.addMetric(name, MetricUnit.Count, n);
      if (result.kind === "unavailable") {
        await deps.delayMessage(record, backoffSeconds(Number(record.attributes.ApproximateReceiveCount)));
        throw new Error(`judge unavailable: ${result.reason}`);
      }
      if (result.kind === "busy") throw new Error("another delivery is judging this request");
      if (result.kind === "judged") judged.push(result.request);
    }

    try {
      const options = { context, throwOnFullBatchFailure: false };
      const response = await processPartialResponse(event, evaluate, processor, options);
      const sentAt = Math.max(...event.Records.map(({ attributes }) => Number(attributes.SentTimestamp)));
      await publishJudged(judged, stage, sentAt, deps);
      return response;
    } finally {
      for (const error of processor.errors) logger.warn("request not judged yet", { reason: error.message });
      metrics.publishStoredMetrics();
    }
  };
}
export const handler = makeHandler(productionDeps());
