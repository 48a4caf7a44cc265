import { partName } from "@bellwether/aws/lake";
import { logLines } from "@bellwether/aws/log-lines";
import { type Config, parseConfig } from "@bellwether/core/config/config";
import type { IngestDeps } from "@bellwether/core/ingest/deps";
import { type IngestReport, ingestObject } from "@bellwether/core/ingest/ingest-object";
import type { OffloadedBody } from "@bellwether/core/ingest/log-line";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import type { RequestItem, Vote } from "@bellwether/core/requests/request-item";
import type { TaskDeps } from "@bellwether/core/review/publish-tasks";
import type { ReviewTask } from "@bellwether/core/review/task";
import type { KappaRow } from "@bellwether/core/sampling/kappa";
import { type WindowItem, zeroCounts } from "@bellwether/core/windows/items";
import { DELIVERED_AT } from "./record-line.ts";

/** The world of ingest in maps, with the semantics of the real writes: conditional claims, overwrites by key. */
export interface World {
  readonly objects: Map<string, string>;
  readonly bodies: Map<string, OffloadedBody>;
  readonly requests: Map<string, RequestItem & { readonly hash?: string }>;
  readonly users: Map<string, string>;
  readonly lake: Map<string, readonly LakeRow[]>;
  readonly windows: Map<string, WindowItem>;
  readonly queued: Map<string, number>;
  /** What pace wrote, ascending. */
  readonly kappas: KappaRow[];
  /** Tasks for people by place. */
  readonly tasks: Map<string, ReviewTask>;
  /** Names of the calls in order. */
  readonly calls: string[];
}

export const emptyWorld = (): World => ({
  objects: new Map(),
  bodies: new Map(),
  requests: new Map(),
  users: new Map(),
  lake: new Map(),
  windows: new Map(),
  queued: new Map(),
  kappas: [],
  tasks: new Map(),
  calls: [],
});

export class Crash extends Error {}

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  if (text !== "") yield Buffer.from(text);
}

/** The write with this number (from 0) happens or not, then the function dies. */
export interface CrashPoint {
  readonly at: number;
  readonly after: boolean;
}

type Write = <T>(name: string, effect: () => T) => Promise<T>;

/** Takes the writes of one invocation until it dies. */
export function crashing(world: World, crash: CrashPoint | undefined): Write {
  let writes = 0;
  return async (name, effect) => {
    const number = writes++;
    if (crash !== undefined && number > crash.at) throw new Crash("dead");
    if (crash?.at === number && !crash.after) throw new Crash(name);
    world.calls.push(name);
    const result = effect();
    if (crash?.at === number) throw new Crash(name);
    return result;
  };
}

/** Verbs of ingest over the world. */
export function depsOf(world: World, crash?: CrashPoint, write = crashing(world, crash)): IngestDeps {
  return {
    getTopics: async () => undefined,
    embedText: async () => undefined,
    readLogObject: (key) => logLines(bytesOf(world.objects.get(key) ?? "")),
    readOffloadedBody: async (bucket, key) => {
      if (bucket !== "logs") return { ok: false, reason: "foreign_bucket" };
      return world.bodies.get(key) ?? { ok: false, reason: "missing" };
    },
    getRollout: async () => undefined,
    kappaRows: async (from, until) => rowsIn(world.kappas, from, until),
    claimNewUser: (app, user, requestId) =>
      write("claimNewUser", () => {
        const key = JSON.stringify([app, user]);
        const first = world.users.get(key) ?? requestId;
        world.users.set(key, first);
        return first;
      }),
    learnApp: async () => undefined,
    appsOf: async () => [],
    claimRequest: (claim) =>
      write("claimRequest", () => {
        const { requestId, source, bodyHash, row } = claim;
        const known = world.requests.get(requestId);
        if (known?.source !== undefined && known.source !== source) {
          return { kind: known.hash === bodyHash ? "duplicate" : "conflict" };
        }
        const item = {
          ...(known ?? { requestId, votes: [] }),
          source,
          row,
          hash: bodyHash,
          decision: known?.decision ?? claim.decision,
          rev: known?.rev || 1,
        };
        world.requests.set(requestId, item);
        return { kind: "claimed", item };
      }),
    reviseDecision: (requestId, rev, decision) =>
      write("reviseDecision", () => {
        const known = world.requests.get(requestId);
        if (known?.rev !== rev) return undefined;
        const item = { ...known, decision, rev: rev + 1 };
        world.requests.set(requestId, item);
        return item;
      }),
    writeLake: (table, part, rows) =>
      write(`writeLake ${table}`, () => void world.lake.set(`${table}/${part}`, structuredClone(rows))),
    putWindowItems: (items) =>
      write("putWindowItems", () => {
        for (const item of items) world.windows.set(windowKey(item), structuredClone(item));
      }),
    sendToEvaluate: (requests) =>
      write("sendToEvaluate", () => {
        for (const { requestId, priority } of requests) world.queued.set(requestId, priority);
      }),
    newToken: () => "token",
  };
}

/** The queue of people's tasks over the world. */
export const taskDeps = (
  world: World,
  write = crashing(world, undefined),
): Pick<TaskDeps, "putReviewTask"> => ({
  putReviewTask: (slot, task) =>
    write("putReviewTask", () => {
      const holder = world.tasks.get(slot);
      if (holder !== undefined && holder.requestId !== task.requestId) return false;
      world.tasks.set(slot, task);
      return true;
    }),
});

/** Rows in [from, until] and the one in force at `from`, as the table gives them. */
function rowsIn(rows: readonly KappaRow[], from: number, until: number): readonly KappaRow[] {
  const before = rows.findLast((row) => row.from <= from);
  const later = rows.filter((row) => row.from > from && row.from <= until);
  return before === undefined ? later : [before, ...later];
}

function windowKey(item: WindowItem): string {
  switch (item.kind) {
    case "count":
      return JSON.stringify([item.bucket, "c", item.segment, item.part]);
    case "feedback":
      return JSON.stringify([item.bucket, "f", item.requestId, item.user, item.votedAt, item.feedbackId]);
    case "score":
      return JSON.stringify([item.bucket, "s", item.requestId, item.rev]);
    case "correction":
      return JSON.stringify([item.bucket, "x", item.requestId]);
    case "repriced":
      return JSON.stringify([item.bucket, "p", item.segment]);
  }
}

/** Every window item in key order, as a folder reads them. */
export const itemsOf = (world: World): WindowItem[] =>
  [...world.windows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);

const config: Config = parseConfig({ apps: ["shop"] });

/** Delivers one object of the world. */
export function deliver(
  world: World,
  key: string,
  deps = depsOf(world),
  settings = config,
): Promise<IngestReport> {
  const stage = { config: settings, prices: createPriceBook(), partName };
  return ingestObject({ key, deliveredAt: DELIVERED_AT }, stage, deps);
}

/** Rows of a lake table over all parts. */
export function rowsOf(world: World, table: string): readonly LakeRow[] {
  return [...world.lake].filter(([key]) => key.startsWith(`${table}/`)).flatMap(([, rows]) => rows);
}

/** Sums over all count items. */
export function sums(world: World): Record<string, number> {
  const total: Record<string, number> = { ...zeroCounts() };
  for (const item of world.windows.values()) {
    const { counts } = item as { counts?: Record<string, number> };
    for (const [name, count] of Object.entries(counts ?? {})) total[name] = (total[name] ?? 0) + count;
  }
  return total;
}

/** A vote that came before its record. */
export const earlyVote = (requestId: string, negative: boolean): RequestItem => {
  const vote: Vote = { at: DELIVERED_AT, feedbackId: "f1", negative, user: "ann" };
  return { requestId, rev: 1, votes: [vote], negativeAt: negative ? [vote.at] : [] };
};
