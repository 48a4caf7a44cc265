import { TOPICS } from "@bellwether/core/topology";
import { componentName, each } from "./each.ts";
import { place } from "./place.ts";
import { stageOf } from "./stage.ts";

export const topics = each(TOPICS, (name) => new sst.aws.SnsTopic(componentName(name, "topic")));

for (const { protocol, endpoint } of stageOf($app.stage).pages) {
  new aws.sns.TopicSubscription(componentName("pages", protocol, endpoint), {
    topic: topics.pages.arn,
    protocol,
    endpoint,
  });
}

// Functions publish by their own roles; alarms have none.
new aws.sns.TopicPolicy("PagesTopicPolicy", {
  arn: topics.pages.arn,
  policy: aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        actions: ["sns:Publish"],
        resources: [topics.pages.arn],
        principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
        conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [place.account] }],
      },
    ],
  }).json,
});
