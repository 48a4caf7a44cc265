import { FUNCTIONS, type FunctionName, type QueueName } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { functions } from "./functions.ts";
import { queues } from "./queues.ts";

interface Consumer {
  readonly handler: string;
  readonly sources?: readonly {
    readonly queue: QueueName;
    readonly batchSize: number;
    readonly windowSeconds: number;
    readonly maxConcurrency: number;
  }[];
}

each<FunctionName, Consumer, void>(FUNCTIONS, (name, { sources = [] }) => {
  for (const { queue, batchSize, windowSeconds, maxConcurrency } of sources) {
    new aws.lambda.EventSourceMapping(componentName(name, "polls", queue), {
      eventSourceArn: queues[queue].arn,
      functionName: functions[name].arn,
      batchSize,
      maximumBatchingWindowInSeconds: windowSeconds,
      scalingConfig: { maximumConcurrency: maxConcurrency },
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
  }
});
