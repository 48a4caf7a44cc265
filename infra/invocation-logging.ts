import { buckets } from "./buckets.ts";
import { stageOf } from "./stage.ts";

if (stageOf($app.stage).managesInvocationLogging) {
  new aws.bedrockmodel.InvocationLoggingConfiguration("InvocationLogging", {
    loggingConfig: {
      textDataDeliveryEnabled: true,
      // Pictures, sound and vectors cannot be judged and would only be stored.
      imageDataDeliveryEnabled: false,
      videoDataDeliveryEnabled: false,
      embeddingDataDeliveryEnabled: false,
      s3Config: { bucketName: buckets.logs.name },
    },
  });
}
