import { RULES, type RuleTarget } from "@bellwether/core/topology";
import { buckets } from "./buckets.ts";
import { appBus } from "./bus.ts";
import { componentName, each } from "./each.ts";
import { functions } from "./functions.ts";
import { deadLetterQueues, queues } from "./queues.ts";

/** The pattern of the topology with the physical name of the logs bucket in it. */
const patternText = (pattern: unknown) =>
  buckets.logs.name.apply((bucket) =>
    JSON.stringify(pattern, (_, value) => (value === "LOGS_BUCKET" ? bucket : value)),
  );

const arnOf = (target: RuleTarget) =>
  "queue" in target ? queues[target.queue].arn : functions[target.function].arn;

/** Rules of the default bus and of the app bus, each with its one target. */
export const rules = each(RULES, (name, { bus, pattern, target }) => {
  const eventBusName = bus === "app" ? appBus.name : "default";
  const rule = new aws.cloudwatch.EventRule(componentName(name, "rule"), {
    name: `${$app.name}-${$app.stage}-${name}`,
    eventBusName,
    eventPattern: patternText(pattern),
  });
  new aws.cloudwatch.EventTarget(componentName(name, "target"), {
    rule: rule.name,
    eventBusName,
    arn: arnOf(target),
    // After 24 hours and 185 attempts.
    deadLetterConfig: { arn: deadLetterQueues.events.arn },
  });
  if ("function" in target) {
    new aws.lambda.Permission(componentName(name, "invokes", target.function), {
      action: "lambda:InvokeFunction",
      function: functions[target.function].name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    });
  }
  return { rule, target };
});
