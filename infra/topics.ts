import { TOPICS, type TopicName } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { key } from "./key.ts";
import { onlyTls } from "./only-tls.ts";
import { place } from "./place.ts";
import { deadLetterQueues } from "./queues.ts";
import { stageOf } from "./stage.ts";

export const topics = each(
  TOPICS,
  (name) =>
    new sst.aws.SnsTopic(componentName(name, "topic"), {
      transform: { topic: { kmsMasterKeyId: key.arn } },
    }),
);

/** What a topic could not deliver to a subscription, after SNS's own retries. */
export const undelivered = deadLetterQueues.notices.arn.apply((deadLetterTargetArn) =>
  JSON.stringify({ deadLetterTargetArn }),
);

for (const { protocol, endpoint } of stageOf($app.stage).pages) {
  new aws.sns.TopicSubscription(componentName("pages", protocol, endpoint), {
    topic: topics.pages.arn,
    protocol,
    endpoint,
    redrivePolicy: undelivered,
  });
}

// Functions publish by their own roles; alarms have none.
const byAlarms = {
  actions: ["sns:Publish"],
  resources: [topics.pages.arn],
  principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
  conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [place.account] }],
};

each<TopicName, object, void>(TOPICS, (name) => {
  const { arn } = topics[name];
  new aws.sns.TopicPolicy(componentName(name, "topic", "policy"), {
    arn,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [onlyTls(["sns:Publish"], arn), ...(name === "pages" ? [byAlarms] : [])],
    }).json,
  });
});
