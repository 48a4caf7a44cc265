import { buckets } from "./buckets.ts";
import { cloudWatchConfig } from "./log-subscription.ts";
import { stageOf } from "./stage.ts";

const { invocationLogs } = stageOf($app.stage);

if (invocationLogs !== "unmanaged") {
  new aws.bedrockmodel.InvocationLoggingConfiguration("InvocationLogging", {
    loggingConfig: {
      textDataDeliveryEnabled: true,
      // Pictures, sound and vectors cannot be judged and would only be stored.
      imageDataDeliveryEnabled: false,
      videoDataDeliveryEnabled: false,
      embeddingDataDeliveryEnabled: false,
      ...(invocationLogs !== "cloudwatch" && { s3Config: { bucketName: buckets.logs.name } }),
      ...(invocationLogs !== "s3" && { cloudwatchConfig: cloudWatchConfig() }),
    },
  });
}
