import { correctionKey } from "../feedback/correction.ts";
import { extraColumns } from "../lake/part-codec.ts";
import type { LakeRow } from "../lake/tables.ts";
import type { ForgetDeps, ObjectStore } from "./deps.ts";
import {
  feedbackSql,
  forgetIn,
  PERSONAL_TABLES,
  type Person,
  type PersonalTable,
  placesSql,
  repeatedSql,
  requestsSql,
  speaksOf,
  type Theirs,
} from "./person-rows.ts";
import { scrubLog } from "./scrub-log.ts";

/** What could not be removed, and why. */
interface Remaining {
  readonly what: string;
  readonly why: string;
}

/** What is gone, or would go in a dry run. */
export interface Forgotten {
  readonly requests: number;
  /** Rows removed by lake table; rows of incidents only lose the name. */
  readonly lakeRows: Record<string, number>;
  readonly documents: number;
  readonly goldenLines: number;
  /** DynamoDB items removed or changed; null in a dry run and where there is no stage. */
  readonly items: number | null;
  /** Log lines by the key of their object, 1-based. */
  readonly logLines: Record<string, number[]>;
  readonly offloadedBodies: number;
  readonly remaining: Remaining[];
}

type Tally = { -readonly [Name in keyof Forgotten]: Forgotten[Name] };

interface Found {
  readonly person: Person;
  readonly theirs: Theirs;
  readonly apps: ReadonlySet<string>;
  /** Known lines of the person by log object. */
  readonly lines: ReadonlyMap<string, readonly number[]>;
  /** Log objects to look into. */
  readonly objects: ReadonlySet<string>;
  /** `key#line` of lines that were no records. */
  readonly unreadable: Set<string>;
  /** Votes of the person on other people's requests. */
  readonly votedOn: ReadonlySet<string>;
}

/** The object is damaged or of a kind we cannot write: another run would find it the same. */
class UnwritableError extends Error {}

/** Only what the object itself is to blame for; a broken connection must end the run, so that the next one goes on. */
async function readable<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UnwritableError(error instanceof Error ? error.message : String(error));
  }
}

function note(tally: Tally, what: string, why: string): void {
  if (!tally.remaining.some((known) => known.what === what && known.why === why))
    tally.remaining.push({ what, why });
}

/** Somebody else writes the object at the same time: read it again, that often. */
const TRIES = 5;

/** Changes an object while nobody else does: `change` gives the new bytes, null to remove it, undefined to leave it. */
async function change(
  store: ObjectStore,
  key: string,
  dryRun: boolean,
  next: (bytes: Uint8Array) => Promise<Uint8Array | null | undefined>,
): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const object = await store.read(key);
    const bytes = object && (await next(object.bytes));
    if (object === undefined || bytes === undefined) return false;
    if (dryRun) return true;
    const done =
      bytes === null ? await store.remove(key, object.etag) : await store.replace(key, bytes, object.etag);
    if (done) return true;
  }
  throw new Error(`${key} changed ${TRIES} times while it was rewritten; run it again`);
}

async function find(person: Person, deps: ForgetDeps): Promise<Found> {
  const requests = await deps.select(requestsSql(person));
  const feedback = await deps.select(feedbackSql(person));
  const requestIds = new Set(requests.map(({ request_id }) => String(request_id)));
  const votes = feedback.filter(({ user_id }) => user_id === person.user);
  // A repeated line of an object that nothing else names.
  const repeated = requests.length === 0 ? [] : await deps.select(repeatedSql);
  const lines = Map.groupBy(requests, ({ source_key }) => String(source_key));
  return {
    person,
    lines: new Map(
      [...lines].map(([key, rows]) => [
        key,
        rows.map((row) => Number(row.source_line)).sort((a, b) => a - b),
      ]),
    ),
    theirs: { requestIds, feedbackIds: new Set(feedback.map(({ feedback_id }) => String(feedback_id))) },
    apps: new Set(requests.map(({ app }) => String(app))),
    objects: new Set([...requests, ...repeated].map(({ source_key }) => String(source_key))),
    unreadable: new Set(),
    votedOn: new Set(
      votes.flatMap(({ request_id }) =>
        request_id === null || requestIds.has(String(request_id)) ? [] : [String(request_id)],
      ),
    ),
  };
}

async function rewritePart(
  table: PersonalTable,
  key: string,
  found: Found,
  dryRun: boolean,
  deps: ForgetDeps,
): Promise<number> {
  let rows = 0;
  await change(deps.lake, key, dryRun, async (bytes) => {
    const part = await readable(() => deps.codec.decode(bytes));
    const kept: LakeRow[] = [];
    rows = 0;
    for (const row of part.rows) {
      const left = forgetIn(table, row, found.person, found.theirs);
      if (left !== row) rows += 1;
      if (left !== undefined) kept.push(left);
      else if (table === "quarantine_log" && row.source_line !== null)
        found.unreadable.add(`${row.source_key}#${row.source_line}`);
    }
    if (rows === 0) return undefined;
    if (kept.length === 0) return null;
    return readable(() => deps.codec.encode(table, kept, extraColumns(table, [part])));
  });
  return rows;
}

async function forgetRows(
  table: PersonalTable,
  found: Found,
  dryRun: boolean,
  deps: ForgetDeps,
  tally: Tally,
): Promise<void> {
  let rows = 0;
  for (const { dt, hour } of await deps.select(placesSql(table, found.person))) {
    for await (const { key } of deps.lake.list(`${table}/dt=${dt}/hour=${hour}/`)) {
      if (!key.endsWith(".parquet")) continue;
      try {
        rows += await rewritePart(table, key, found, dryRun, deps);
      } catch (error) {
        if (!(error instanceof UnwritableError)) throw error;
        note(tally, key, `the part cannot be rewritten: ${error.message}`);
      }
    }
  }
  if (rows > 0) tally.lakeRows[table] = rows;
}

function requestIdOf(text: string): string | undefined {
  try {
    const record: unknown = JSON.parse(text);
    const id =
      typeof record === "object" && record !== null && "requestId" in record ? record.requestId : undefined;
    return typeof id === "string" ? id : undefined;
  } catch {
    // No record: it is theirs only if the quarantine says so.
    return undefined;
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Why a body stays; null when it is gone. */
async function removeBody(
  path: string,
  logs: NonNullable<ForgetDeps["logs"]>,
  dryRun: boolean,
): Promise<string | null> {
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (logs.bucket !== undefined && bucket !== logs.bucket) return "it lies in a bucket that is not ours";
  await change(logs, key, dryRun, async () => null);
  return null;
}

async function forgetLogs(found: Found, dryRun: boolean, deps: ForgetDeps, tally: Tally): Promise<void> {
  const { logs } = deps;
  const keys = new Set([
    ...found.objects,
    ...[...found.unreadable].map((at) => at.slice(0, at.lastIndexOf("#"))),
  ]);
  if (logs === undefined) {
    for (const key of keys) {
      const lines = found.lines.get(key);
      if (lines !== undefined)
        note(tally, `${key} line ${lines.join(", ")}`, "nobody said where the logs are");
    }
    return;
  }
  for (const key of [...keys].sort()) {
    // An app event that could not be read; it was never a log object.
    if (key.startsWith("event/")) continue;
    deps.onProgress(key);
    try {
      let bodies: readonly string[] = [];
      const isTheirs = (text: string, line: number): boolean =>
        found.theirs.requestIds.has(requestIdOf(text) ?? "") ||
        (found.unreadable.has(`${key}#${line}`) && speaksOf(text, found.person, found.theirs));
      await change(logs, key, dryRun, async (stored) => {
        const scrubbed = scrubLog(
          isGzip(stored) ? await readable(() => deps.unzip(stored)) : stored,
          isTheirs,
        );
        if (scrubbed.lines.length === 0) return undefined;
        bodies = scrubbed.bodies;
        // A body first: once its line is gone, nothing names it.
        for (const path of bodies) {
          const why = await removeBody(path, logs, dryRun);
          if (why === null) tally.offloadedBodies += 1;
          else note(tally, path, why);
        }
        tally.logLines[key] = [...scrubbed.lines];
        return isGzip(stored) ? deps.zip(scrubbed.bytes) : scrubbed.bytes;
      });
    } catch (error) {
      if (!(error instanceof UnwritableError)) throw error;
      note(tally, key, `the log object cannot be rewritten: ${error.message}`);
    }
  }
}

async function forgetDocuments(found: Found, dryRun: boolean, deps: ForgetDeps, tally: Tally): Promise<void> {
  const keys = [
    ...[...found.theirs.requestIds].map((id) => `interactions/${encodeURIComponent(id)}.json`),
    ...[...found.theirs.feedbackIds].map(correctionKey),
  ];
  for (const key of keys) if (await change(deps.lake, key, dryRun, async () => null)) tally.documents += 1;
  for await (const { key } of deps.lake.list("golden/")) {
    let gone = 0;
    await change(deps.lake, key, dryRun, async (bytes) => {
      const lines = Buffer.from(bytes).toString("utf8").split("\n");
      const kept = lines.filter(
        (line) => line.trim() === "" || !found.theirs.requestIds.has(lineageOf(line)),
      );
      gone = lines.length - kept.length;
      return gone === 0 ? undefined : Buffer.from(kept.join("\n"));
    });
    tally.goldenLines += gone;
  }
}

function lineageOf(line: string): string {
  try {
    const item = JSON.parse(line) as { lineage?: { requestId?: string } };
    return item.lineage?.requestId ?? "";
  } catch {
    // Somebody's own file beside the data sets: it has no lineage.
    return "";
  }
}

async function forgetItems(found: Found, dryRun: boolean, deps: ForgetDeps, tally: Tally): Promise<void> {
  const { items } = deps;
  if (items === undefined || dryRun) return;
  const { person, theirs } = found;
  let gone = 0;
  for (const app of found.apps) {
    gone += await items.deleteKnownUser(app, person.user);
    gone += await items.deleteReviews(app, theirs.requestIds);
  }
  for (const requestId of found.votedOn) gone += await items.withdrawVote(requestId, person.user);
  for (const requestId of theirs.requestIds) gone += await items.deleteRequest(requestId);
  tally.items = gone;
}

/**
 * Removes what the lake, the logs and the tables hold of a person. Safe to repeat: the rows that lead to everything else
 * go last, so a run that was cut off is ended by the next, and one more finds nothing.
 */
export async function forgetPerson(
  person: Person,
  { dryRun }: { readonly dryRun: boolean },
  deps: ForgetDeps,
): Promise<Forgotten> {
  const found = await find(person, deps);
  const tally: Tally = {
    requests: found.theirs.requestIds.size,
    lakeRows: {},
    documents: 0,
    goldenLines: 0,
    items: null,
    logLines: {},
    offloadedBodies: 0,
    remaining: [],
  };
  const last: readonly PersonalTable[] = ["quarantine_log", "feedback_log", "requests_log"];
  for (const table of PERSONAL_TABLES.filter((name) => !last.includes(name))) {
    deps.onProgress(table);
    await forgetRows(table, found, dryRun, deps, tally);
  }
  await forgetDocuments(found, dryRun, deps, tally);
  await forgetItems(found, dryRun, deps, tally);
  // Which unreadable lines are theirs, without removing the rows that say so.
  await forgetRows("quarantine_log", found, true, deps, tally);
  await forgetLogs(found, dryRun, deps, tally);
  for (const table of last) await forgetRows(table, found, dryRun, deps, tally);
  return tally;
}
