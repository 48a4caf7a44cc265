import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  PutLogEventsCommand,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { PutObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { CreateScheduleCommand } from "@aws-sdk/client-scheduler";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { type FunctionName, INVOCATION_LOGS, type QueueName } from "@bellwether/core/topology";
import { createClock } from "@bellwether/local/clock";
import { startBedrock } from "@bellwether/local/endpoints/bedrock";
import { LOCAL_REGION } from "@bellwether/local/endpoints/endpoint";
import { standInJudge } from "@bellwether/local/judge/stand-in";
import { bucketName, functionName, QUEUE_NAMES, queueName, queueUrl } from "@bellwether/local/physical-names";
import { packageFunctions } from "./bundle.ts";
import { type Clients, createClients, ROOT } from "./clients.ts";
import { LOG_GROUP } from "./events.ts";
import { functionEnvironment } from "./functions.ts";
import { provision } from "./provision.ts";
import { functionArn, functionRole, SCHEDULER_ROLE } from "./roles.ts";

const PATIENCE_MS = 150_000;
/** Messages of a queue, those that are being worked on too. */
const HELD = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

/** The product in MiniStack, with the stand-in judge where Bedrock would be. */
export interface MiniCloud {
  readonly clients: Clients;
  readonly url: string;
  /** Environment for the product's own code in this process, with root credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** Calls that reached the judge. */
  judgeCalls(): number;
  putLogs(key: string, bytes: Uint8Array): Promise<void>;
  /** Writes records to the log group that the subscription reads, as Bedrock does. */
  logInvocations(records: readonly string[]): Promise<void>;
  /** Waits until no queue holds a message, not even one that is being worked on. */
  quiet(): Promise<unknown>;
  /** Fires one tick through EventBridge Scheduler; the time is in its input. */
  schedule(name: FunctionName, at: number): Promise<void>;
  /** What a function has logged that holds `text`. */
  logged(name: FunctionName, text: string): Promise<readonly string[]>;
  /** ETag of every object of the lake by key. */
  lake(): Promise<Readonly<Record<string, string>>>;
  stop(): Promise<void>;
}

/** What the run has told its tests. */
export function fromRun(name: "MINISTACK_URL" | "MINISTACK_PYTHON"): string {
  const value = process.env[name];
  if (value === undefined) throw new Error("no MiniStack here: npm run test:ministack starts one");
  return value;
}

/** Waits until `look` gives something; rejects after two and a half minutes with what was missing. */
export async function eventually<T>(
  what: string,
  look: (note: (seen: string) => void) => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  let last = "";
  const note = (seen: string) => {
    last = `; last seen: ${seen}`;
  };
  for (;;) {
    const found = await look(note);
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`no ${what} within ${PATIENCE_MS / 1_000} s${last}`);
    await wait(200);
  }
}

/** Bundles the functions and provisions everything in the MiniStack that the run has started. */
export async function startMiniCloud(app: string, config: object): Promise<MiniCloud> {
  const url = fromRun("MINISTACK_URL");
  const clients = createClients(url);
  const [bedrock, packages] = await Promise.all([
    startBedrock({ clock: createClock(Date.now()), answer: ({ body }) => standInJudge(body) }),
    packageFunctions(join(tmpdir(), `bellwether-packages-${process.pid}`), fromRun("MINISTACK_PYTHON")),
  ]);
  const settings = {
    url,
    bedrockUrl: bedrock.url,
    config: { apps: [app], judge: { roleArn: functionRole("evaluate") }, ...config },
    packages,
  };
  await provision(clients, settings, [app]);

  const waitingIn = async (queue: QueueName): Promise<number> => {
    const { Attributes = {} } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl(url, queueName(queue)), AttributeNames: [...HELD] }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  };
  const quiet = () =>
    eventually("empty queues", async (note) => {
      const counts = await Promise.all(QUEUE_NAMES.map(waitingIn));
      const held = QUEUE_NAMES.flatMap((queue, i) => (counts[i] === 0 ? [] : [`${queue} ${counts[i]}`]));
      note(held.join(", "));
      return held.length === 0 ? true : undefined;
    });

  let ticks = 0;
  return {
    clients,
    url,
    env: {
      ...functionEnvironment(settings),
      AWS_REGION: LOCAL_REGION,
      AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
    },
    judgeCalls: () => bedrock.calls.Converse ?? 0,
    putLogs: async (Key, Body) => {
      await clients.s3.send(new PutObjectCommand({ Bucket: bucketName("logs"), Key, Body }));
    },
    logInvocations: async (records) => {
      const timestamp = Date.now();
      await clients.logs.send(
        new PutLogEventsCommand({
          logGroupName: LOG_GROUP,
          logStreamName: INVOCATION_LOGS.logStream,
          logEvents: records.map((message) => ({ timestamp, message })),
        }),
      );
    },
    quiet,
    schedule: async (name, at) => {
      ticks += 1;
      await clients.scheduler.send(
        new CreateScheduleCommand({
          Name: `tick-${ticks}-${name}`,
          ScheduleExpression: `at(${new Date().toISOString().slice(0, 19)})`,
          FlexibleTimeWindow: { Mode: "OFF" },
          ActionAfterCompletion: "DELETE",
          Target: {
            Arn: functionArn(name),
            RoleArn: SCHEDULER_ROLE,
            Input: JSON.stringify({ time: new Date(at).toISOString() }),
          },
        }),
      );
    },
    logged: async (name, text) => {
      const logGroupName = `/aws/lambda/${functionName(name)}`;
      const found: string[] = [];
      try {
        for await (const { events = [] } of paginateFilterLogEvents(
          { client: clients.logs },
          { logGroupName },
        ))
          for (const { message = "" } of events) if (message.includes(text)) found.push(message);
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error; // it was never invoked
      }
      return found;
    },
    lake: async () => {
      const tags: Record<string, string> = {};
      const pages = paginateListObjectsV2({ client: clients.s3 }, { Bucket: bucketName("lake") });
      for await (const { Contents = [] } of pages) {
        for (const { Key = "", ETag = "" } of Contents)
          if (!Key.startsWith("athena-results/")) tags[Key] = ETag;
      }
      return tags;
    },
    stop: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await bedrock.stop();
    },
  };
}
