import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { alarmsOf } from "@bellwether/core/alarms";
import { type Config, parseConfig } from "@bellwether/core/config/config";
import { FUNCTIONS, type FunctionName, type QueueName, SCHEDULES } from "@bellwether/core/topology";
import { alarmsAreStable } from "./alarm-stability.ts";
import { metricAlarmInput, runsHere, watchesGauge } from "./alarms.ts";
import { type ApiCalls, addCalls } from "./api-calls.ts";
import { createAppEvents } from "./app-events.ts";
import { createClients } from "./clients.ts";
import { createClock, type VirtualClock } from "./clock.ts";
import { type FunctionUsage, startFunctions } from "./cloud-functions.ts";
import { countDeadLetters } from "./dead-letters.ts";
import type { BedrockOptions, BedrockRequest } from "./endpoints/bedrock.ts";
import type { CloudWatch } from "./endpoints/cloudwatch.ts";
import type { RaisedEvent } from "./endpoints/event-bridge.ts";
import type { LocalOpsItem } from "./endpoints/ssm.ts";
import { eventSources, pollEventSource } from "./event-source.ts";
import { exportBucket } from "./export-lake.ts";
import { awsEnvironment, productEnvironment } from "./function-environment.ts";
import { createFunctionLog, type LogEntry } from "./function-log.ts";
import { queryBucket } from "./lake/query-bucket.ts";
import { startEndpoints } from "./local-endpoints.ts";
import { objectCreatedEvent, storeObject } from "./log-object.ts";
import { type Page, takePages } from "./pages.ts";
import { bucketName, queueName, queueUrl } from "./physical-names.ts";
import { createResources } from "./resources.ts";
import { createRunner, type Runner } from "./runner.ts";
import { createScheduler } from "./scheduler.ts";

export interface CloudOptions {
  /** Virtual time at which the run begins, ms. */
  readonly start: number;
  /** Becomes BELLWETHER_CONFIG. */
  readonly config: unknown;
  /** Apps whose alarms exist. */
  readonly apps: readonly string[];
  /** What else alarms are made of: bounds, quotas, lag; default: the product's defaults. */
  readonly alarmConfig?: Config;
  /** Absolute path. */
  readonly rollbackPolicyFile: string;
  /** Absolute path; default: the repository's budgets. */
  readonly budgetPolicyFile?: string;
  /** Absolute path; default: the repository's rubrics.yaml. */
  readonly rubricsFile?: string;
  /** Answers a Converse request with a response body. */
  readonly judge: (request: BedrockRequest) => unknown;
  readonly faults?: NonNullable<BedrockOptions["faults"]>;
  /** Default `bellwether-logs`. */
  readonly logsBucket?: string;
  /** Folder of the handler modules; default: the repository's functions. */
  readonly functionsDir?: string;
  /** Functions to run; default: all of the topology. */
  readonly functions?: readonly FunctionName[];
  readonly onLog?: (entry: LogEntry) => void;
  /** Where an `AWS_ENDPOINT_URL_*` that replaces one of ours is looked up; default: this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The local AWS with the product's functions in it. Times are virtual ms; methods called together run one after another. */
export interface Cloud {
  readonly clock: Pick<VirtualClock, "now">;
  /** Environment of the functions: region, credentials, endpoint URLs and resource names. */
  readonly env: Readonly<Record<string, string>>;
  /** Lives until `at`, then delivers a log object and everything that follows from it; rejects when `at` is past. */
  deliverObject(key: string, bytes: Uint8Array, at: number): Promise<void>;
  /** Puts an object into the logs bucket without an event, as offloaded bodies are read only when a record names them. */
  storeObject(key: string, bytes: Uint8Array): Promise<void>;
  /** Lives until `at`, then puts an event of the watched app on its bus; what follows happens with the next step or drain. */
  putEvents(detailType: "feedback" | "interaction" | "look", detail: unknown, at: number): Promise<void>;
  advanceTo(at: number): Promise<void>;
  drain(): Promise<void>;
  /** Advances until nothing is left that could happen; false when that takes longer than `horizonMs` (default 7 days). */
  settle(horizonMs?: number): Promise<boolean>;
  /** Every page sent so far, oldest first. */
  pages(): Promise<readonly Page[]>;
  /** Incidents opened so far, oldest first. */
  opsItems(): readonly LocalOpsItem[];
  alarmHistory(): CloudWatch["history"];
  /** API requests by service and operation: of the functions, of event source mappings and of rule targets; not the delivery of logs. */
  calls(): ApiCalls;
  /** What every function used, its own calls alone. */
  usage(): Partial<Record<FunctionName, FunctionUsage>>;
  ticks(): { readonly executed: number; readonly skipped: number };
  /** Asynchronous invocations given up after two retries. */
  failedAsync(): number;
  logs(): readonly LogEntry[];
  /** Messages in the dead-letter queue of each queue. */
  dlq(): Promise<Record<QueueName, number>>;
  /** Copies every lake object into `dir` under its key; gives their number. */
  exportLake(dir: string): Promise<number>;
  /** Ends every thread, server and connection; may be called twice and at any time. */
  stop(): Promise<void>;
}

/** A run that tells the past again has no golden set and a judge that does not change, its logs come as objects, and its lake does not grow old. */
const IDLE_HERE: ReadonlySet<FunctionName> = new Set(["sentinel", "log-subscription", "compact"]);

const WEEK_MS = 7 * 86_400_000;

/** Starts the local cloud; rejects when a function cannot be built or an endpoint cannot be replaced. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { logsBucket = bucketName("logs"), environment: caller = process.env } = options;
  const { alarmConfig = parseConfig({}), apps } = options;
  const alarms = alarmsOf({ ...alarmConfig, apps: [...apps] }).filter(runsHere);
  const clock = createClock(options.start);
  const calls: ApiCalls = {};
  const log = createFunctionLog(options.onLog ?? (() => undefined));
  const stateChanges: RaisedEvent[] = [];
  let runner: Runner | undefined;
  const running = (): Runner => {
    if (runner === undefined) throw new Error("the local cloud is still starting");
    return runner;
  };

  const endpoints = await startEndpoints({
    clock,
    logsBucket,
    environment: caller,
    bedrock: { answer: options.judge, ...(options.faults === undefined ? {} : { faults: options.faults }) },
    runSql: (sql) => queryBucket(clients.s3, bucketName("lake"), sql),
    deliver: (target, event) => running().deliver(target, event),
    onStateChange: (event) => void stateChanges.push(event),
  });
  const { cloudwatch, eventBridge, ssm, storage, urls } = endpoints;
  const aws = awsEnvironment(endpoints, caller);
  const clients = createClients(endpoints, aws);
  const stopEndpoints = async () => {
    clients.destroy();
    await endpoints.stop();
  };
  const env = {
    ...aws,
    ...productEnvironment({ ...options, logsBucket, sqsUrl: urls.SQS }),
  };

  const start = async () => {
    await createResources(clients, [logsBucket, bucketName("lake")]);
    for (const alarm of alarms) cloudwatch.putAlarm(metricAlarmInput(alarm));
    return startFunctions({
      names:
        options.functions ??
        (Object.keys(FUNCTIONS) as FunctionName[]).filter((name) => !IDLE_HERE.has(name)),
      dir: options.functionsDir,
      clock,
      environment: env,
      log,
      calls,
      ingestEmf: (line) => cloudwatch.ingestEmf(line),
    });
  };
  const functions = await start().catch(async (error: unknown) => {
    await stopEndpoints();
    throw error;
  });

  const schedules = Object.entries(SCHEDULES)
    .map(([name, schedule]) => ({ name, ...schedule }))
    .filter((schedule) => functions.names.has(schedule.function));
  const scheduler = createScheduler(schedules);
  const sources = eventSources(functions.names, (name, event) => {
    scheduler.noteWork();
    return functions.invoke(name, event);
  });
  const alarmState = (name: string) =>
    cloudwatch.history.findLast((transition) => transition.name === name)?.state ?? "INSUFFICIENT_DATA";
  const gaugeAlarms = alarms.filter(watchesGauge);
  const sqsDeps = {
    sqs: clients.sqs,
    endpoint: urls.SQS,
    count: (operation: string) => addCalls(calls, "sqs", operation),
    onFailure: () => undefined, // `invoke` has logged it
  };
  runner = createRunner({
    clock,
    functions: functions.names,
    invoke: functions.invoke,
    sources,
    poll: (source) => pollEventSource(source, sqsDeps),
    queueStates: storage.queueStates,
    sendMessage: async (queue, body) => {
      sqsDeps.count("SendMessage");
      await clients.sqs.send(
        new SendMessageCommand({ QueueUrl: queueUrl(urls.SQS, queueName(queue)), MessageBody: body }),
      );
    },
    schedules,
    scheduler,
    cloudwatch,
    alarmsAreStable: (which, at) =>
      alarmsAreStable(clients.cloudwatch, which === "all" ? alarms : gaugeAlarms, alarmState, at),
    takeStateChanges: () => stateChanges.splice(0),
    raise: (event) => eventBridge.raise("default", event),
    onBadAnswer: (name, error) =>
      log.add({ at: clock.now(), function: name, level: "ERROR", line: error.message }),
  });
  const { drain, advanceTo, settle, ticks, failedAsync } = runner;
  const appEvents = createAppEvents(clients.eventBridge, () => addCalls(calls, "eventbridge", "PutEvents"));

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(action: () => Promise<Result>): Promise<Result> => {
    const result = last.then(action);
    last = result.catch(() => undefined); // the caller has the error
    return result;
  };
  const afterEvents = <Result>(action: () => Promise<Result>) =>
    inTurn(async () => {
      await appEvents.flush();
      return action();
    });

  let objects = 0;
  const received: Page[] = [];
  let stopped: Promise<void> | undefined;
  return {
    clock,
    env,
    deliverObject: (key, bytes, at) =>
      afterEvents(async () => {
        await advanceTo(at);
        const reason = await storeObject(clients.s3, logsBucket, key, bytes);
        objects += 1;
        await eventBridge.raise("default", objectCreatedEvent(logsBucket, key, bytes, reason, objects));
        await drain();
      }),
    storeObject: (key, bytes) =>
      inTurn(async () => void (await storeObject(clients.s3, logsBucket, key, bytes))),
    putEvents: (detailType, detail, at) =>
      inTurn(async () => {
        if (at !== clock.now()) {
          await appEvents.flush();
          await advanceTo(at);
        }
        await appEvents.put(detailType, detail, at);
      }),
    advanceTo: (at) => afterEvents(() => advanceTo(at)),
    drain: () => afterEvents(drain),
    settle: (horizonMs = WEEK_MS) => afterEvents(() => settle(horizonMs)),
    pages: () =>
      inTurn(async () => {
        received.push(...(await takePages(clients.sqs, urls.SQS)));
        return [...received];
      }),
    opsItems: () => [...ssm.opsItems],
    alarmHistory: () => [...cloudwatch.history],
    calls: () => structuredClone(calls),
    usage: functions.usage,
    ticks,
    failedAsync,
    logs: log.entries,
    dlq: () => inTurn(() => countDeadLetters(clients.sqs, urls.SQS)),
    exportLake: (dir) => inTurn(() => exportBucket(clients.s3, bucketName("lake"), dir)),
    stop: () => {
      stopped ??= functions.stop().then(stopEndpoints);
      return stopped;
    },
  };
}
