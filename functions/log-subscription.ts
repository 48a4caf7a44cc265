import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { readSubscription } from "@bellwether/aws/envelopes";
import { region } from "@bellwether/aws/environment";
import { putLogObject } from "@bellwether/aws/log-objects";
import { subscriptionObject } from "@bellwether/core/ingest/subscription";
import type { Context } from "aws-lambda";

const logger = new Logger();
const metrics = new Metrics();

interface Deps {
  readonly region: string;
  readonly putLogObject: (key: string, text: string) => Promise<void>;
}

const productionDeps = (): Deps => ({ region: region(), putLogObject });

/** Stores what CloudWatch Logs delivers as a log object, from where it takes the way of every other one. */
export function makeHandler(deps: Deps) {
  return async (event: unknown, context: Context): Promise<void> => {
    logger.addContext(context);
    try {
      const batch = readSubscription(event);
      if (batch === undefined) return;
      const { key, text } = subscriptionObject(batch, deps.region);
      await deps.putLogObject(key, text);
      metrics.addMetric("SubscriptionEvents", MetricUnit.Count, batch.events.length);
      logger.info("stored", { key, events: batch.events.length });
    } finally {
      metrics.publishStoredMetrics();
    }
  };
}

export const handler = makeHandler(productionDeps());
