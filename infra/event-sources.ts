import { FUNCTIONS, type FunctionName, type QueueName } from "@bellwether/core/topology";
import { batchesAtOnce } from "./concurrency.ts";
import { componentName, each } from "./each.ts";
import { functions } from "./functions.ts";
import { queues } from "./queues.ts";
import { stageOf } from "./stage.ts";

const stage = stageOf($app.stage);

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
      scalingConfig: { maximumConcurrency: batchesAtOnce({ queue, maxConcurrency }, stage) },
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
  }
});
