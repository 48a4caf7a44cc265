import { randomBytes, randomUUID } from "node:crypto";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { readPointer } from "@bellwether/aws/envelopes";
import { converse } from "@bellwether/aws/judge";
import { partName, readDocument, writeLake } from "@bellwether/aws/lake";
import { readLogLines, readOffloadedBody } from "@bellwether/aws/log-objects";
import { delayMessage, queueUrlOf } from "@bellwether/aws/messages";
import { getRequest, leaseRequest, releaseLease, saveJudgement } from "@bellwether/aws/requests-table";
import { getRollout } from "@bellwether/aws/rollouts-table";
import { loadConfig } from "@bellwether/aws/stage";
import { putWindowItems } from "@bellwether/aws/windows-table";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { type PublishDeps, publishJudged } from "@bellwether/core/requests/publish-judged";
import type { KnownRequest } from "@bellwether/core/requests/request-item";
import { FUNCTIONS } from "@bellwether/core/topology";
import { backoffSeconds } from "@bellwether/evaluators/backoff";
import { type EvaluateDeps, evaluateBatch } from "@bellwether/evaluators/evaluate-batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

const logger = new Logger();
const metrics = new Metrics();
type Deps = EvaluateDeps &
  PublishDeps & {
    readonly delayMessage: (url: string, receiptHandle: string, seconds: number) => Promise<void>;
  };

const productionDeps = (): Deps => ({
  leaseRequest,
  releaseLease,
  getRequest,
  saveJudgement,
  readLogLines,
  readOffloadedBody,
  readDocument,
  converse,
  newDelimiter: () => randomBytes(12).toString("hex"),
  now: Date.now,
  getRollout,
  writeLake,
  putWindowItems,
  newToken: randomUUID,
  delayMessage,
});

const attemptOf = (record: SQSRecord): number => Number(record.attributes.ApproximateReceiveCount);

export function makeHandler(deps: Deps) {
  const config = loadConfig();
  const leaseMs = FUNCTIONS.evaluate.timeoutSeconds * 1_000;
  const stage = { config, prices: createPriceBook({ profiles: config.profiles }), leaseMs, partName };
  const processor = new BatchProcessor(EventType.SQS);

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    const judged: KnownRequest[] = [];
    const readable = event.Records.flatMap((record) => {
      const pointer = readPointer(record.body);
      return pointer === undefined
        ? []
        : [{ messageId: record.messageId, attempt: attemptOf(record), ...pointer }];
    });
    const batch = await evaluateBatch(readable, stage, deps);

    async function evaluate(record: SQSRecord): Promise<void> {
      const result = await batch.get(record.messageId);
      if (result === undefined) throw new Error("the message names no requestId");
      if (result.kind === "unavailable") {
        metrics.addMetric("JudgeThrottled", MetricUnit.Count, 1);
        await deps.delayMessage(
          queueUrlOf(record.eventSourceARN),
          record.receiptHandle,
          backoffSeconds(attemptOf(record)),
        );
        throw new Error(`judge unavailable: ${result.reason}`);
      }
      if (result.kind === "busy") throw new Error("another delivery is judging this request");
      if (result.kind === "refused") return;
      judged.push(result.request);
      if (result.fresh) measure(result.request);
    }

    try {
      const response = await processPartialResponse(event, evaluate, processor, {
        context,
        throwOnFullBatchFailure: false,
      });
      const sentAt = Math.max(...event.Records.map((record) => Number(record.attributes.SentTimestamp)));
      await publishJudged(judged, stage, sentAt, deps);
      return response;
    } finally {
      for (const error of processor.errors) logger.warn("request not judged yet", { reason: error.message });
      metrics.publishStoredMetrics();
    }
  };
}

function measure({ outcome, judgement }: KnownRequest): void {
  const name =
    outcome?.outcome === "judged"
      ? "JudgeScored"
      : outcome?.outcome === "failed"
        ? "JudgeFailed"
        : "JudgeAbstained";
  metrics.addMetric(name, MetricUnit.Count, 1);
  metrics.addMetric(
    "JudgeTokens",
    MetricUnit.Count,
    (judgement?.inputTokens ?? 0) + (judgement?.outputTokens ?? 0),
  );
}

export const handler = makeHandler(productionDeps());
