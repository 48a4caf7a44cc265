import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { readSnsMessage } from "@bellwether/aws/envelopes";
import { publish } from "@bellwether/aws/messages";
import { createOpsItem } from "@bellwether/aws/ops-items";
import { readSecret } from "@bellwether/aws/secrets";
import { markSent, sentTo } from "@bellwether/aws/sent-notices";
import { loadConfig } from "@bellwether/aws/stage";
import { POST_OPTIONS, postJson } from "@bellwether/aws/webhooks";
import { type ChannelVerbs, channelsOf } from "@bellwether/core/notices/channels";
import { type Channel, deliver, type Marks } from "@bellwether/core/notices/deliver";
import { noticeSchema } from "@bellwether/core/notices/notice";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

const logger = new Logger();
const metrics = new Metrics();

interface Deps extends Marks {
  readonly channels: readonly Channel[];
}

export const channelVerbs = (): ChannelVerbs => ({
  publish: (subject, body) => publish("pages", subject, body),
  createOpsItem,
  readSecret: (arn, key) => readSecret(arn, key, Date.now()),
  post: (url, message) => postJson(url, message, POST_OPTIONS),
  sentTo,
});

export const productionDeps = (): Deps => ({
  sentTo,
  markSent,
  channels: channelsOf(loadConfig().people, channelVerbs()),
});

export function makeHandler(deps: Deps) {
  const processor = new BatchProcessor(EventType.SQS);

  async function notify(record: SQSRecord): Promise<void> {
    const notice = noticeSchema.parse(readSnsMessage(record.body));
    const deliveries = await deliver(notice, deps.channels, deps);
    const failed = deliveries.filter((delivery) => delivery.outcome === "failed");
    const sent = deliveries.filter(({ outcome }) => outcome === "sent");
    metrics.addMetric("PagesSent", MetricUnit.Count, sent.length);
    metrics.addMetric("PagesFailed", MetricUnit.Count, failed.length);
    if (failed.length === 0) return;
    const reasons = failed.map(({ channel, reason }) => `${channel}: ${reason}`);
    throw new Error(`${notice.dedupeKey} did not reach ${reasons.join("; ")}`);
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
