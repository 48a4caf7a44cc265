import { FUNCTIONS } from "@bellwether/core/topology";
import { ACCOUNT, emptyAccount, type FakeAccount, REGION } from "./fake-account.ts";

export const LOGS_BUCKET = "bellwether-dev-logsbucket-abcd";
export const LAKE_BUCKET = "bellwether-dev-lakebucket-abcd";
export const LOG_SUBSCRIPTION = "bellwether-dev-LogsubscriptionFunction-abcd";

/** An account with the stage `dev` as a deploy with `invocationLogs: "unmanaged"` leaves it, policy of the bucket apart. */
export function deployedStage(): FakeAccount {
  const variables = {
    POWERTOOLS_METRICS_NAMESPACE: "Bellwether",
    LOGS_BUCKET,
    LAKE_BUCKET,
    PAGES_TOPIC_ARN: `arn:aws:sns:${REGION}:${ACCOUNT}:bellwether-dev-PagesTopicTopic-abcd`,
    BELLWETHER_CONFIG: JSON.stringify({ apps: ["support-bot"] }),
  };
  return {
    ...emptyAccount(),
    buckets: {
      [LOGS_BUCKET]: {
        region: REGION,
        objects: {},
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [`arn:aws:s3:::${LOGS_BUCKET}/*`],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        }),
      },
      [LAKE_BUCKET]: { region: REGION, objects: {} },
    },
    functions: [
      { name: "somebody-elses", variables: {} },
      ...Object.keys(FUNCTIONS).map((service) => ({
        name: `bellwether-dev-${service.charAt(0).toUpperCase()}${service.slice(1).replaceAll("-", "")}Function-abcd`,
        variables: { ...variables, POWERTOOLS_SERVICE_NAME: service },
      })),
    ],
    queues: { "bellwether-dev-IngestQueueQueue-abcd": 0, "bellwether-dev-IngestDeadLettersQueue-abcd": 0 },
    subscriptions: [{ protocol: "email", endpoint: "on-call@example.com", arn: "arn:aws:sns:x" }],
  };
}
