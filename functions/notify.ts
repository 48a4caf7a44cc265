import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { readSnsMessage } from "@bellwether/aws/envelopes";
import { publish } from "@bellwether/aws/messages";
import { markSent, wasSent } from "@bellwether/aws/sent-notices";
import { noticeSchema, renderPage } from "@bellwether/core/rollout/notice";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

const logger = new Logger();
const metrics = new Metrics();

interface Deps {
  readonly wasSent: (dedupeKey: string) => Promise<boolean>;
  readonly page: (subject: string, body: string) => Promise<void>;
  readonly markSent: (dedupeKey: string, now: number) => Promise<void>;
}

const productionDeps = (): Deps => ({
  wasSent,
  markSent,
  page: (subject, body) => publish("pages", subject, body),
});

export function makeHandler(deps: Deps) {
  const processor = new BatchProcessor(EventType.SQS);

  async function notify(record: SQSRecord): Promise<void> {
    const notice = noticeSchema.parse(readSnsMessage(record.body));
    if (await deps.wasSent(notice.dedupeKey)) return;
    const { subject, body } = renderPage(notice);
    // Marked after sending: a crash in between pages twice, which is better than not at all.
    await deps.page(subject, body);
    await deps.markSent(notice.dedupeKey, notice.at);
    metrics.addMetric("PagesSent", MetricUnit.Count, 1);
  }

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    try {
      return await processPartialResponse(event, notify, processor, {
        context,
        throwOnFullBatchFailure: false,
        // One after another: a notice that came twice in a batch finds its own mark.
        processInParallel: false,
      });
    } finally {
      for (const error of processor.errors) logger.error("notice not sent, it will be tried again", error);
      metrics.publishStoredMetrics();
    }
  };
}

export const handler = makeHandler(productionDeps());
