import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, paginateListQueues } from "@aws-sdk/client-sqs";
import { FUNCTIONS } from "@bellwether/core/topology";
import { ask } from "./answer.ts";
import { type Check, checkOf, ok, problem, unknown } from "./check.ts";
import type { Clients } from "./clients.ts";
import type { DeployedStage } from "./stage.ts";

/** As infra names them: `bellwether-STAGE-IngestDeadLettersQueue-abcd`. */
const isDeadLetters = (url: string): boolean => url.includes("DeadLetters");
const shortName = (url: string): string => url.split("/").at(-1)?.split("-").at(-2) ?? url;

async function queues({ sqs }: Clients, stage: string): Promise<Check> {
  const name = "queues";
  const answer = await ask("sqs:ListQueues and sqs:GetQueueAttributes", async () => {
    const urls: string[] = [];
    for await (const { QueueUrls = [] } of paginateListQueues(
      { client: sqs, pageSize: 100 },
      { QueueNamePrefix: `bellwether-${stage}-` },
    ))
      urls.push(...QueueUrls);
    return Promise.all(
      urls.map(async (QueueUrl) => {
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
        );
        return { url: QueueUrl, messages: Number(Attributes?.ApproximateNumberOfMessages ?? Number.NaN) };
      }),
    );
  });
  return checkOf(name, answer, (found) => {
    if (found.length === 0) return problem(name, "the stage has none", "deploy it");
    const dead = found.filter(({ url, messages }) => isDeadLetters(url) && messages > 0);
    const waiting = found.filter(({ url, messages }) => !isDeadLetters(url) && messages > 0);
    const list = (some: typeof found) =>
      some.map(({ url, messages }) => `${messages} in ${shortName(url)}`).join(", ");
    if (dead.length > 0)
      return problem(
        name,
        `given up: ${list(dead)}`,
        "mend the cause, then start a message move task (redrive) on that queue",
      );
    return ok(name, waiting.length === 0 ? "all empty" : `no dead letters; waiting: ${list(waiting)}`);
  });
}

async function alarms({ cloudWatch }: Clients): Promise<Check> {
  const name = "alarms";
  const answer = await ask("cloudwatch:DescribeAlarms", async () => {
    const { MetricAlarms = [] } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: "bellwether-", StateValue: "ALARM" }),
    );
    return MetricAlarms.map(({ AlarmName = "" }) => AlarmName);
  });
  return checkOf(name, answer, (ringing) =>
    ringing.length === 0
      ? ok(name, "none rings")
      : problem(name, `in ALARM: ${ringing.join(", ")}`, "each alarm's description says what it is about"),
  );
}

async function pages({ sns }: Clients, TopicArn: string | undefined): Promise<Check> {
  const name = "pages";
  if (TopicArn === undefined) return unknown(name, "no function names the topic");
  const answer = await ask("sns:ListSubscriptionsByTopic", async () => {
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    return Subscriptions;
  });
  return checkOf(name, answer, (subscriptions) => {
    const pending = subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn === "PendingConfirmation");
    const confirmed = subscriptions.length - pending.length;
    const waiting = pending.map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`).join(", ");
    if (confirmed === 0)
      return problem(
        name,
        pending.length === 0 ? "nobody is paged" : `nobody is paged; unconfirmed: ${waiting}`,
        pending.length === 0
          ? "add an endpoint to `pages` in infra/stage.ts and deploy"
          : "confirm by the link in the e-mail",
      );
    if (pending.length > 0)
      return problem(name, `unconfirmed: ${waiting}`, "confirm by the link in the e-mail");
    return ok(name, `${confirmed} confirmed`);
  });
}

function functions(stage: DeployedStage): Check {
  const missing = Object.keys(FUNCTIONS).filter((name) => !stage.functions.has(name));
  return missing.length === 0
    ? ok("stage", `${stage.name}, ${stage.functions.size} functions`)
    : problem(
        "stage",
        `${stage.name} lacks ${missing.join(", ")}`,
        "deploy it: its code is older than this command",
      );
}

const config = (stage: DeployedStage): Check =>
  stage.config === undefined
    ? problem("configuration", "of the stage does not parse", "deploy the stage with this version")
    : stage.config.apps.length === 0
      ? problem("configuration", "names no app", "list your apps in infra/stage.ts")
      : ok(
          "configuration",
          `apps ${stage.config.apps.join(", ")}; records are late after ${stage.config.lagMinutes} min`,
        );

/** The stage's own parts: functions, configuration, queues, alarms, who is paged. */
export const stageChecks = async (clients: Clients, stage: DeployedStage): Promise<Check[]> => [
  functions(stage),
  config(stage),
  ...(await Promise.all([
    queues(clients, stage.name),
    alarms(clients),
    pages(clients, stage.variables.PAGES_TOPIC_ARN),
  ])),
];
