import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { UsageError } from "@bellwether/cli/arguments";
import { withFolders } from "@bellwether/cli/forget/places";
import type { ForgetDocument } from "@bellwether/cli/forget/render";
import { run } from "@bellwether/cli/forget-command";
import type { ObjectStore } from "@bellwether/core/forget/deps";
import { forgetPerson } from "@bellwether/core/forget/forget-person";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chatRecord, line } from "../support/chat-record.ts";
import { recordingIo } from "../support/recording-io.ts";
import { writeTemporaryLake } from "../support/temporary-lake.ts";

const AT = Date.parse("2026-06-06T07:30:00Z");
const at = new Date(AT).toISOString();
/** Bob asked twice in the shop and once in the forum, Ann once. */
const WHO = { "bob-1": "bob", "bob-2": "bob", "bob-3": "bob", "ann-1": "ann" } as const;
type Id = keyof typeof WHO;
const IDS = Object.keys(WHO) as Id[];
const appOf = (id: Id): string => (id === "bob-3" ? "forum" : "shop");

let dir: string;
let out: string;
let logs: string;

const record = (id: Id): string => line(chatRecord({ id, at: AT, user: WHO[id], tags: { app: appOf(id) } }));

function write(root: string, key: string, bytes: string | Uint8Array): void {
  mkdirSync(dirname(join(root, key)), { recursive: true });
  writeFileSync(join(root, key), bytes);
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "forget-"));
  [out, logs] = [join(dir, "out"), join(dir, "logs")];
  mkdirSync(out);
  const torn = record("bob-1").slice(0, 200);
  const offloaded = line(
    chatRecord({
      id: "bob-2",
      at: AT,
      user: "bob",
      overrides: { input: { inputContentType: "application/json", inputBodyS3Path: "s3://any/data/i.json" } },
    }),
  );
  write(
    logs,
    "a.json.gz",
    gzipSync([record("ann-1"), record("bob-1"), torn, record("bob-3"), ""].join("\n")),
  );
  write(logs, "b.jsonl", `${offloaded}\n`);
  // A second delivery of the same records: no row tells of it.
  write(logs, "again.jsonl", `${record("bob-1")}\n${record("ann-1")}\n`);
  write(logs, "data/i.json", "{}");
  const common = (request_id: Id) => ({ request_id, at, app: appOf(request_id), rev: 1 });
  const place = (id: Id) =>
    id === "bob-2"
      ? { source_key: "b.jsonl", source_line: 1 }
      : { source_key: "a.json.gz", source_line: { "ann-1": 1, "bob-1": 2, "bob-3": 4 }[id] };
  const feedback = (feedback_id: string, user_id: string, request_id: Id | null) => ({
    ...{ feedback_id, user_id, request_id, at, rev: 1, kind: "comment", comment: "what they said" },
  });
  const lake = writeTemporaryLake({
    requests_log: [
      IDS.map((id) => ({ ...common(id), ...place(id), user_id: WHO[id] })),
      [{ ...common("bob-1"), ...place("bob-1"), user_id: "bob", rev: 2 }],
    ],
    evaluations_log: [IDS.map((id) => ({ ...common(id), metric: "quality", status: "scored", score: 1 }))],
    feedback_log: [
      [feedback("f-1", "bob", "bob-1"), feedback("f-2", "ann", "ann-1"), feedback("f-3", "bob", "ann-1")],
      [feedback("f-4", "bob", null)],
    ],
    review_tasks_log: [IDS.map((id) => ({ ...common(id), reasons: "sample" }))],
    reviews_log: [IDS.map((id) => ({ ...common(id), metric: "quality", reviewer: "carl", comment: "hm" }))],
    quarantine_log: [
      [
        {
          source_key: "a.json.gz",
          source_line: 3,
          reason: "not_json",
          raw: Buffer.from(torn).toString("base64"),
          at,
        },
        { source_key: "a.json.gz", source_line: 9, reason: "not_json", raw: "b29wcw==", at },
      ],
    ],
    incidents_log: [
      [{ incident_id: "i", at, app: "shop", subjects: "bob, bobby", summary: "bob spends", rev: 1 }],
    ],
    objects_log: [[{ source_key: "again.jsonl", at, lines_read: 2, duplicate: 2, rev: 1 }]],
  });
  renameSync(lake, join(out, "lake"));
  for (const id of IDS) write(out, `lake/interactions/${id}.json`, "{}");
  write(out, "lake/corrections/f-1.json", "{}");
  write(out, "lake/corrections/f-2.json", "{}");
  const golden = IDS.map((id) => `${JSON.stringify({ id, answer: "a", lineage: { requestId: id } })}\n`);
  write(out, "lake/golden/set/1.jsonl", golden.join(""));
  write(out, "report.json", JSON.stringify({ cost: { byUser: { bob: 1, ann: 2 } } }));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function forget(...args: string[]): Promise<ForgetDocument & { code: number }> {
  const io = recordingIo();
  const code = await run(["--out", out, "--logs", logs, "--json", ...args], io);
  return { ...(JSON.parse(io.written.stdout) as ForgetDocument), code };
}

/** Every file below the folder by its path; logs unzipped. */
function files(): Record<string, string> {
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = paths.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    return [
      path.slice(dir.length + 1),
      (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1"),
    ];
  });
  return Object.fromEntries(texts);
}

const select = async (sql: string): Promise<unknown[]> =>
  withFolders(
    out,
    logs,
    () => undefined,
    async (deps) => (await deps.select(sql)).map((row) => Object.values(row)),
  );

/** What is left of bob in any row. */
const leftOf = async (): Promise<unknown[]> => [
  ...(await select("select request_id from requests_log where user_id = 'bob'")),
  ...(await select("select request_id from evaluations_log where request_id like 'bob%'")),
  ...(await select("select request_id from reviews_log where request_id like 'bob%'")),
  ...(await select("select request_id from review_tasks_log where request_id like 'bob%'")),
  ...(await select("select feedback_id from feedback_log where user_id = 'bob'")),
];

describe("bellwether forget", () => {
  it("a dry run says what would go and changes nothing", async () => {
    const before = files();
    const document = await forget("--user", "bob", "--dry-run");
    expect(document).toMatchObject({ code: 0, dryRun: true, requests: 3, report: true, remaining: [] });
    expect(files()).toEqual(before);
    const { dryRun: _, code: __, ...real } = await forget("--user", "bob", "--yes");
    expect(document).toMatchObject(real);
  });

  it("removes rows, documents, golden lines, log lines and bodies of the person and nobody else's", async () => {
    const document = await forget("--user", "bob", "--yes");
    expect(document).toMatchObject({
      code: 0,
      lakeRows: {
        requests_log: 4,
        evaluations_log: 3,
        feedback_log: 3,
        reviews_log: 3,
        review_tasks_log: 3,
        quarantine_log: 1,
        incidents_log: 1,
      },
      documents: 4,
      goldenLines: 3,
      items: null,
      logLines: { "a.json.gz": [2, 3, 4], "again.jsonl": [1], "b.jsonl": [1] },
      offloadedBodies: 1,
      remaining: [],
    });
    const left = files();
    expect(Object.values(left).filter((text) => /\bbob\b/.test(text))).toEqual([]);
    expect(left["logs/a.json.gz"]).toBe(`${record("ann-1")}\n\n\n\n`);
    expect(left["logs/again.jsonl"]).toBe(`\n${record("ann-1")}\n`);
    expect(left["out/lake/golden/set/1.jsonl"]).toContain("ann-1");
    expect(await leftOf()).toEqual([]);
    expect(await select("select request_id, source_line from requests")).toEqual([["ann-1", 1]]);
    expect(await select("select subjects, summary from incidents")).toEqual([
      ["[forgotten], bobby", "[forgotten] spends"],
    ]);
    expect(await select("select source_line from quarantine")).toEqual([[9]]);
  });

  it("run again removes nothing more", async () => {
    await forget("--user", "bob", "--yes");
    const before = files();
    expect(await forget("--user", "bob", "--yes")).toMatchObject({
      requests: 0,
      lakeRows: {},
      documents: 0,
      goldenLines: 0,
      logLines: {},
      report: false,
      remaining: [],
    });
    expect(files()).toEqual(before);
  });

  it("with --app keeps what the person did elsewhere", async () => {
    await forget("--user", "bob", "--app", "shop", "--yes");
    expect(await leftOf()).toEqual([["bob-3"], ["bob-3"], ["bob-3"], ["bob-3"], ["f-4"]]);
    expect(files()["logs/a.json.gz"]).toContain(record("bob-3"));
  });

  it("cut off anywhere, the next run ends it", async () => {
    for (const effects of [0, 6, 14]) {
      const copy = mkdtempSync(join(tmpdir(), "forget-cut-"));
      rmSync(copy, { recursive: true });
      const [wholeOut, wholeLogs] = [out, logs];
      cpSync(dir, copy, { recursive: true });
      [out, logs] = [join(copy, "out"), join(copy, "logs")];
      let done = 0;
      const cut = (store: ObjectStore): ObjectStore => {
        const effect = <T>(act: () => Promise<T>): Promise<T> => {
          done += 1;
          return done > effects ? Promise.reject(new Error("power cut")) : act();
        };
        return {
          ...store,
          replace: (...args) => effect(() => store.replace(...args)),
          remove: (...args) => effect(() => store.remove(...args)),
        };
      };
      const first = withFolders(
        out,
        logs,
        () => undefined,
        (deps) =>
          forgetPerson(
            { user: "bob" },
            { dryRun: false },
            {
              ...deps,
              lake: cut(deps.lake),
              logs: deps.logs && { ...cut(deps.logs), bucket: undefined },
            },
          ),
      );
      await expect(first).rejects.toThrow("power cut");
      await forget("--user", "bob", "--yes");
      expect(await leftOf(), `after ${effects}`).toEqual([]);
      const texts = ["a.json.gz", "again.jsonl", "b.jsonl"].map((key) => readFileSync(join(logs, key)));
      expect(texts.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString())).toEqual([
        `${record("ann-1")}\n\n\n\n`,
        `\n${record("ann-1")}\n`,
        "\n",
      ]);
      rmSync(copy, { recursive: true, force: true });
      [out, logs] = [wholeOut, wholeLogs];
    }
  });

  it("says what it could not remove, and why, and answers 1", async () => {
    write(logs, "a.json.gz", gzipSync(record("bob-1")).subarray(0, 60));
    const document = await forget("--user", "bob", "--yes");
    expect(document.code).toBe(1);
    expect(document.remaining).toEqual([
      { what: "a.json.gz", why: expect.stringMatching(/cannot be rewritten: unexpected end of file/) },
    ]);
    expect(await leftOf()).toEqual([]);
  });

  it("without the logs names the lines", async () => {
    const io = recordingIo();
    expect(await run(["--out", out, "--user", "bob", "--yes", "--json"], io)).toBe(1);
    const { remaining } = JSON.parse(io.written.stdout) as ForgetDocument;
    expect(remaining.map(({ what }) => what)).toEqual(
      expect.arrayContaining(["a.json.gz line 2, 4", "b.jsonl line 1"]),
    );
  });

  it.each([
    [["--out", "x", "--yes"], "--user ID is missing"],
    [["--user", "bob", "--out", "nowhere", "--json"], "--yes is missing"],
    [["--user", "bob", "--out", "nowhere", "--yes"], "no lake at"],
    [["--user", "bob", "--logs", "x", "--yes"], "--logs DIR goes with --out DIR"],
    [["--user", "bob", "--yes"], "LAKE_BUCKET of a deployed stage"],
  ])("refuses %j", async (args, problem) => {
    const refused = run(args, recordingIo());
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(problem);
  });
});
