import { randomUUID } from "node:crypto";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { createConverse } from "./converse.ts";
import { readPointer } from "./dynamo-pointer.ts";
import { putEntries } from "./event-bridge.ts";
import { createEventQueue } from "./events.ts";
import { assignVariant, type Shares } from "./experiment.ts";
import {
  type Detail,
  type Feedback,
  feedbackDetail,
  type Interaction,
  interactionDetail,
} from "./feedback.ts";
import { createPointerCache } from "./pointer.ts";
import { countProblems, messageOf, type Problem } from "./problems.ts";
import { type Route, routesOf } from "./routes.ts";
import { createShadows } from "./shadows.ts";
import { requestMetadata, type Tags } from "./tags.ts";
import { type Clock, type Every, everyUnref, machineClock } from "./timing.ts";
import { stickyKey, type Unit } from "./unit.ts";

export interface ClientOptions {
  /** Name of the app: the key of its rollout document and its `app` tag. */
  readonly app: string;
  /** The DynamoDB table of rollout documents. */
  readonly table: string;
  /** The event bus for feedback, by name or ARN. */
  readonly busName: string;
  /** The version to serve while no rollout document was ever read. */
  readonly fallback: string;
  /** Value of the `env` tag. */
  readonly env?: string;
  /** Value of the `promptVersion` tag by variant; the variant's own name for others. */
  readonly promptVersions?: Readonly<Record<string, string>>;
  /** How old the pointer may get before it is read again, ms; 30 000 when left out. */
  readonly refreshMs?: number;
  /** Events kept in memory while the bus does not take them; 1 000 when left out. */
  readonly maxQueued?: number;
  /** `false`: `converse` and `converseStream` put no event for a call that went well and had no contexts; Bedrock's log has its latency, but no time to first token. */
  readonly measurements?: boolean;
  /** Shadow calls at a time; 16 when left out. */
  readonly maxShadows?: number;
  /** SDK clients to use instead of new ones with the standard configuration. */
  readonly clients?: {
    readonly dynamoDb?: DynamoDBClient;
    readonly eventBridge?: EventBridgeClient;
    readonly bedrock?: BedrockRuntimeClient;
  };
  /** Told of everything that went wrong; nothing of it is ever thrown into the app. */
  readonly onProblem?: (problem: Problem) => void;
  readonly clock?: Clock;
  readonly newId?: () => string;
  readonly every?: Every;
}

/** One client per SDK service, made when first needed; only those made here are destroyed. */
const lazy = <T extends { destroy(): void }>(given: T | undefined, make: () => T) => {
  let own: T | undefined;
  return {
    get: (): T => {
      if (given !== undefined) return given;
      own ??= make();
      return own;
    },
    destroy: () => own?.destroy(),
  };
};

/**
 * What an app needs of Bellwether, for the life of its process: who gets which version, tags for Bedrock's log, events
 * for the bus. Of these functions only `converse` and `converseStream` ever reject, and as Bedrock's SDK does.
 */
export function createClient(options: ClientOptions) {
  const { app, table, busName, fallback, env, clients, promptVersions = {}, refreshMs = 30_000 } = options;
  const { clock = machineClock, newId = randomUUID, every = everyUnref } = options;
  const { report, counts } = countProblems(options.onProblem);
  const dynamoDb = lazy(clients?.dynamoDb, () => new DynamoDBClient({}));
  const eventBridge = lazy(clients?.eventBridge, () => new EventBridgeClient({}));
  const bedrock = lazy(clients?.bedrock, () => new BedrockRuntimeClient({}));

  const pointer = createPointerCache({
    read: async (signal) => readPointer(dynamoDb.get(), table, app, signal),
    refreshMs,
    now: clock.wall,
    every,
    report,
  });
  const queue = createEventQueue({
    send: (entries) => putEntries(eventBridge.get, busName, entries, report),
    maxQueued: options.maxQueued ?? 1_000,
    now: clock.wall,
    every,
    report,
  });
  const shadows = createShadows(options.maxShadows ?? 16, report);

  const routes = (unit: Unit) =>
    routesOf(pointer.current(), stickyKey(unit, newId), fallback, promptVersions);
  const tags = (given: Tags, others: Readonly<Record<string, string>> = {}): Record<string, string> =>
    requestMetadata({ ...given, env: given.env ?? env, app }, others, report);

  const put = (kind: "feedback" | "interaction", describe: () => Detail): { readonly accepted: boolean } => {
    try {
      const described = describe();
      if (described.ok) return { accepted: queue.put(kind, described.detail) };
      report("event_invalid", `${kind}: ${described.why}`);
    } catch (error) {
      report("event_invalid", `${kind}: ${messageOf(error)}`);
    }
    return { accepted: false };
  };
  const interaction = (given: Interaction) =>
    put("interaction", () => interactionDetail(given, tags(given.tags ?? {})));

  const flush = async (): Promise<{ readonly waiting: number }> => {
    await shadows.settle();
    return queue.flush();
  };

  return {
    /** Waits until the pointer is fresh, or its read has failed; whether it is fresh. Free while it is. */
    ready: pointer.ready,
    /** The version that serves `unit`: sticky by user, else session, else request. No I/O, no waiting. */
    route: (unit: Unit): Route => routes(unit).served,
    /** The variant of `unit` in an experiment of its own, independent of the canary and of other experiments; `undefined` for shares that make no sense. */
    experiment: <Variant extends string>(
      name: string,
      shares: Shares<Variant>,
      unit: Unit,
    ): Variant | undefined => {
      const variant = assignVariant(`${app}|experiment|${name}`, shares, stickyKey(unit, newId).key);
      if (variant === undefined) report("experiment_invalid", name);
      return variant;
    },
    /** The `requestMetadata` of a Bedrock call, within Bedrock's limits; `others` are tags of the app's own. */
    tags,
    /** Queues a `feedback` event; whether it will be sent. */
    feedback: (given: Feedback) => put("feedback", () => feedbackDetail(given, newId, clock.wall(), report)),
    /** Queues an `interaction` event; whether it will be sent. */
    interaction,
    ...createConverse({
      bedrock: bedrock.get,
      routes,
      metadata: tags,
      interaction,
      measurements: options.measurements ?? true,
      shadows,
      monotonic: clock.monotonic,
      report,
    }),
    /** How often each kind of problem occurred. */
    problems: counts,
    /** Waits for shadow calls, then sends what is queued; how many events could not be sent yet. Call it before a Lambda ends. */
    flush,
    /** Flushes, stops refreshing and frees the SDK clients made here. */
    close: async (): Promise<{ readonly waiting: number }> => {
      const left = await flush();
      pointer.stop();
      queue.stop();
      for (const client of [dynamoDb, eventBridge, bedrock]) client.destroy();
      return left;
    },
  };
}

export type Client = ReturnType<typeof createClient>;
