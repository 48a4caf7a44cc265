import { fileURLToPath } from "node:url";
import type { KnownRequest } from "@bellwether/core/requests/request-item";
import { permanentRandomNumber } from "@bellwether/core/sampling/unit";
import { foldItems } from "@bellwether/core/windows/fold";
import { encodeFold, type StoredFold } from "@bellwether/core/windows/fold-codec";
import type { WindowItem } from "@bellwether/core/windows/items";
import type { ConverseResult } from "@bellwether/evaluators/judge-answer";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { type FeedbackWorld, feedbackDeps } from "../core/feedback/memory-feedback.ts";
import { type CrashPoint, crashing, depsOf, emptyWorld, itemsOf } from "../core/ingest/memory-world.ts";
import { DELIVERED_AT } from "../core/ingest/record-line.ts";
import { toolResponse, verdicts } from "../evaluators/verdict-fixtures.ts";

/** A message on one of the three queues. */
export interface Message {
  readonly messageId: string;
  readonly body: string;
  receives: number;
}

/** The functions of the queues, loaded under one configuration. */
export interface Functions {
  readonly ingest: typeof import("../../functions/ingest.ts").makeHandler;
  readonly feedback: typeof import("../../functions/feedback.ts").makeHandler;
  readonly evaluate: typeof import("../../functions/evaluate.ts").makeHandler;
}
export type QueueName = keyof Functions;

/** Loads the handlers; a function reads its configuration when it is made. */
export async function loadFunctions(config: unknown): Promise<Functions> {
  Object.assign(process.env, {
    BELLWETHER_CONFIG: JSON.stringify(config),
    RUBRICS_FILE: fileURLToPath(new URL("../../infra/policies/rubrics.yaml", import.meta.url)),
    POWERTOOLS_LOG_LEVEL: "SILENT",
    POWERTOOLS_METRICS_DISABLED: "true",
    // Writes through the console of the test.
    POWERTOOLS_DEV: "true",
    POWERTOOLS_METRICS_NAMESPACE: "Bellwether",
  });
  const [ingest, feedback, evaluate] = await Promise.all([
    import("../../functions/ingest.ts"),
    import("../../functions/feedback.ts"),
    import("../../functions/evaluate.ts"),
  ]);
  return {
    ingest: ingest.makeHandler,
    feedback: feedback.makeHandler,
    evaluate: evaluate.makeHandler,
  };
}

interface Lease {
  readonly messageId: string;
  readonly attempt: number;
  readonly until: number;
}

export interface PipelineWorld extends FeedbackWorld {
  readonly leases: Map<string, Lease>;
  readonly messages: Record<QueueName, Message[]>;
  /** Calls of the judge. */
  judged: number;
  now: number;
}

let messageNumber = 0;
export const message = (body: unknown): Message => ({
  messageId: `m${messageNumber++}`,
  body: JSON.stringify(body),
  receives: 0,
});

export const pipelineWorld = (): PipelineWorld => ({
  ...emptyWorld(),
  documents: new Map(),
  requeued: new Set(),
  leases: new Map(),
  messages: { ingest: [], feedback: [], evaluate: [] },
  judged: 0,
  now: DELIVERED_AT,
});

const usage = {
  inputTokens: 1_000,
  outputTokens: 100,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
};

/** A judge whose mood depends on the answer alone. */
function judge(request: unknown): ConverseResult {
  const mood = permanentRandomNumber("mood", JSON.stringify(request));
  const addresses = mood < 0.4 ? "yes" : mood < 0.7 ? "partly" : "no";
  const category = mood < 0.9 ? "none" : "other";
  const input = verdicts({
    chunks: [],
    claims: [],
    addresses_question: addresses,
    safety: { category, flagged: category !== "none" },
  } as Parameters<typeof verdicts>[0]);
  return { kind: "answered", usage, response: toolResponse(input) };
}

/** The verbs of all three functions over the world; `crash` counts the writes of one invocation. */
function verbs(world: PipelineWorld, crash: CrashPoint | undefined) {
  const write = crashing(world, crash);
  const known = (requestId: string) => world.requests.get(requestId) as KnownRequest | undefined;
  const free = (requestId: string) => void world.leases.delete(requestId);
  const shared = depsOf(world, crash, write);
  const sendToEvaluate: typeof shared.sendToEvaluate = (requests) =>
    write("sendToEvaluate", () => {
      for (const { requestId } of requests) world.messages.evaluate.push(message({ requestId }));
    });
  return {
    ...shared,
    ...feedbackDeps(world, crash, write),
    sendToEvaluate,
    leaseRequest: (
      requestId: string,
      holder: { messageId: string; attempt: number },
      now: number,
      until: number,
    ) =>
      write("leaseRequest", () => {
        const lease = world.leases.get(requestId);
        const later = lease?.messageId === holder.messageId && lease.attempt < holder.attempt;
        if (known(requestId)?.source === undefined || (lease !== undefined && lease.until >= now && !later))
          return undefined;
        world.leases.set(requestId, { ...holder, until });
        return known(requestId);
      }),
    releaseLease: (requestId: string) => write("releaseLease", () => free(requestId)),
    saveJudgement: (
      requestId: string,
      judgement: NonNullable<KnownRequest["judgement"]>,
      outcome: NonNullable<KnownRequest["outcome"]>,
    ) =>
      write("saveJudgement", () => {
        const item = known(requestId);
        if (item === undefined) throw new Error(`no request ${requestId}`);
        const saved = { ...item, judgement, outcome, rev: item.rev + 1 };
        world.requests.set(requestId, saved);
        free(requestId);
        return saved;
      }),
    readLogLines: async (key: string, numbers: ReadonlySet<number>) => {
      const lines = (world.objects.get(key) ?? "").split("\n");
      return new Map([...numbers].map((number) => [number, lines[number - 1] ?? ""]));
    },
    readDocument: async (key: string) => world.documents.get(key),
    converse: async (request: unknown) => {
      world.judged += 1;
      return judge(request);
    },
    reviewVolume: async () => undefined,
    newDelimiter: () => "delimiter0delimiter0",
    now: () => world.now,
    delayMessage: async () => undefined,
  };
}

const CONTEXT = { functionName: "memory", getRemainingTimeInMillis: () => 60_000 } as Context;
const MINUTE = 60_000;

const eventOf = (world: PipelineWorld, batch: readonly Message[]): SQSEvent => ({
  Records: batch.map(({ messageId, body, receives }) => ({
    messageId,
    body,
    receiptHandle: messageId,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(world.now),
      SenderId: "me",
      ApproximateFirstReceiveTimestamp: String(world.now),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:111122223333:memory",
    awsRegion: "us-east-1",
  })),
});

/** Delivers a batch as an event-source mapping does: what failed goes back to its queue. */
export async function deliverBatch(
  functions: Functions,
  world: PipelineWorld,
  queue: QueueName,
  batch: readonly Message[],
  crash?: CrashPoint,
): Promise<void> {
  world.now += MINUTE;
  for (const each of batch) each.receives += 1;
  const deps = verbs(world, crash);
  const failed = await functions[queue](deps)(eventOf(world, batch), CONTEXT).then(
    ({ batchItemFailures }: SQSBatchResponse) =>
      new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)),
    () => new Set(batch.map(({ messageId }) => messageId)),
  );
  world.messages[queue].push(...batch.filter(({ messageId }) => failed.has(messageId)));
}

/** The folds of every bucket, as text that is equal only when every bit is. */
export function foldedSums(world: PipelineWorld): Record<string, StoredFold> {
  const buckets = Map.groupBy(itemsOf(world), (item: WindowItem) => item.bucket);
  return Object.fromEntries(
    [...buckets].map(([bucket, items]) => [new Date(bucket).toISOString(), encodeFold(foldItems(items))]),
  );
}

/** A message with an event of the bus. */
export const busEvent = (id: string, detailType: string, detail: unknown): Message =>
  message({
    id,
    "detail-type": detailType,
    source: "test",
    time: new Date(DELIVERED_AT).toISOString(),
    detail,
  });

/** Delivers everything that waits, oldest first, until nothing does. */
export async function drain(functions: Functions, world: PipelineWorld, size: number): Promise<void> {
  const order: readonly QueueName[] = ["ingest", "feedback", "evaluate"];
  for (let round = 0; round < 200; round++) {
    const queue = order.find((name) => world.messages[name].length > 0);
    if (queue === undefined) return;
    await deliverBatch(functions, world, queue, world.messages[queue].splice(0, size));
  }
  throw new Error("the queues do not run dry");
}
