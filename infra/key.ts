import { place } from "./place.ts";
import { stageOf } from "./stage.ts";

const { keepsData } = stageOf($app.stage);

const USE = ["kms:GenerateDataKey", "kms:Decrypt"];
const ofThisAccount = { test: "StringEquals", variable: "aws:SourceAccount", values: [place.account] };

const allow = (
  sid: string,
  service: string,
  actions: readonly string[],
  conditions: { test: string; variable: string; values: $util.Input<string>[] }[] = [],
) => ({
  sid,
  actions: [...actions],
  resources: ["*"],
  principals: [{ type: "Service", identifiers: [service] }],
  conditions,
});

/**
 * Encrypts every bucket, table, queue and topic of the stage. The policy leaves people and functions to IAM and names the
 * services that write to us as themselves; in a key's own policy "*" is this key.
 */
export const key = new aws.kms.Key(
  "DataKey",
  {
    description: `Data of Bellwether, stage ${$app.stage}`,
    enableKeyRotation: true,
    deletionWindowInDays: keepsData ? 30 : 7,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          sid: "AccountByIam",
          actions: ["kms:*"],
          resources: ["*"],
          principals: [
            { type: "AWS", identifiers: [$interpolate`arn:${place.partition}:iam::${place.account}:root`] },
          ],
        },
        // Bedrock user guide, "Monitor model invocation": a bucket with SSE-KMS.
        allow(
          "InvocationLogs",
          "bedrock.amazonaws.com",
          ["kms:GenerateDataKey"],
          [
            ofThisAccount,
            {
              test: "ArnLike",
              variable: "aws:SourceArn",
              values: [$interpolate`arn:${place.partition}:bedrock:${place.region}:${place.account}:*`],
            },
          ],
        ),
        // SNS developer guide, "Key management": alarms that page through an encrypted topic.
        allow("Alarms", "cloudwatch.amazonaws.com", USE, [ofThisAccount]),
        // The same page: EventBridge sends no aws:SourceAccount or aws:SourceArn to KMS; the queues' policies say which rules.
        allow("Rules", "events.amazonaws.com", USE),
        // SQS developer guide, "Key management": topics that feed encrypted queues; the queues' policies say which.
        allow("Topics", "sns.amazonaws.com", USE),
      ],
    }).json,
  },
  // What it encrypted stays when a stage that keeps its data is taken down; without the key that is noise.
  { retainOnDelete: keepsData },
);

new aws.kms.Alias("DataKeyAlias", { name: `alias/bellwether-${$app.stage}`, targetKeyId: key.keyId });
