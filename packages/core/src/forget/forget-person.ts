import { correctionKey } from "../feedback/correction.ts";
import { extraColumns } from "../lake/part-codec.ts";
import type { LakeRow } from "../lake/tables.ts";
import { change, readable, UnwritableError } from "./change-object.ts";
import type { ForgetDeps } from "./deps.ts";
import { forgetLogs } from "./forget-logs.ts";
import {
  feedbackSql,
  forgetIn,
  PERSONAL_TABLES,
  type Person,
  type PersonalTable,
  placesSql,
  repeatedSql,
  requestsSql,
} from "./person-rows.ts";
import { type Forgotten, type Found, note, type Tally } from "./tally.ts";

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
