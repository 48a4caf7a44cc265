import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HostileObject, hostileObjects } from "../support/hostile-objects.ts";
import { type Replayed, type Row, replayFolder, temporaryFolder } from "../support/run-bellwether.ts";

const PREFIX = "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/06/01";
const folder = temporaryFolder("hostile");
const objects = hostileObjects();
const keyOf = (object: HostileObject): string => {
  const minute = String(objects.indexOf(object)).padStart(2, "0");
  return `${PREFIX}/20261006T01${minute}00000Z_${object.name}.json.gz`;
};
const asideOf = ({ aside = [], asideCount }: HostileObject): number => asideCount ?? aside.length;
const total = (count: (object: HostileObject) => number): number =>
  objects.reduce((sum, object) => sum + count(object), 0);

const vote = { requestId: "again-0", kind: "thumbs", value: "up", at: "2026-10-06T02:00:00Z" };
const UNREADABLE_FEEDBACK = ["null", "42", '"text"', "[]", "{}", '{"feedbackId":', "\ud800", "no JSON"];
const FEEDBACK = [
  JSON.stringify({ ...vote, feedbackId: "first" }),
  ...UNREADABLE_FEEDBACK,
  "",
  JSON.stringify({ ...vote, feedbackId: "first" }),
  JSON.stringify({ ...vote, feedbackId: "unknown", requestId: "nobody" }),
];

let replayed: Replayed;
let quarantine: Row[];
beforeAll(async () => {
  mkdirSync(join(folder.dir, "logs", PREFIX, "data"), { recursive: true });
  for (const object of objects) writeFileSync(join(folder.dir, "logs", keyOf(object)), object.bytes);
  // None of these is a batch of records.
  writeFileSync(join(folder.dir, "logs", PREFIX, "20261006T010000000Z_empty.json.gz"), "");
  writeFileSync(join(folder.dir, "logs", PREFIX, "amazon-bedrock-logs-permission-check.json"), "{}");
  writeFileSync(join(folder.dir, "logs", PREFIX, "data", "20261006T010000000Z_body.json"), "not a body");
  writeFileSync(join(folder.dir, "logs", "README.txt"), "not a log");
  replayed = await replayFolder(folder.dir, {
    config: { apps: ["shop"], sampling: { baseRate: 1 } },
    feedback: FEEDBACK,
  });
  quarantine = await replayed.select(
    "select source_key, source_line, reason from quarantine order by source_key, source_line, reason",
  );
}, 180_000);
afterAll(() => folder.remove());

describe("a folder of hostile input", () => {
  it("is counted to the last line", () => {
    const kept = total((object) => object.kept.length);
    const quarantined = total(asideOf);
    const duplicate = total((object) => object.duplicate ?? 0);
    const ignored = total((object) => object.ignored ?? 0);
    const read = kept + quarantined + duplicate + ignored;
    expect(replayed.report.records).toEqual({ read, kept, quarantined, duplicate, ignored });
  });

  it.each(objects.map((object) => [object.name, object] as const))("%s", async (_name, object) => {
    const key = keyOf(object);
    const kept = await replayed.select(
      `select request_id from requests_log where source_key = '${key}' and rev = 1 order by request_id`,
    );
    // Judging appends rows of a higher revision; the first revision is there once per record.
    expect(kept.map((row) => row.request_id)).toEqual([...object.kept].sort());
    const counts = await replayed.select(
      `select kept, quarantined, duplicate, ignored from objects where source_key = '${key}'`,
    );
    expect(counts).toEqual([
      {
        kept: object.kept.length,
        quarantined: asideOf(object),
        duplicate: object.duplicate ?? 0,
        ignored: object.ignored ?? 0,
      },
    ]);
    const aside = quarantine.filter((row) => row.source_key === key);
    if (object.aside !== undefined || object.asideCount === undefined) {
      expect(aside.map((row) => [row.source_line, row.reason])).toEqual([...(object.aside ?? [])]);
    } else expect(aside.map((row) => row.reason)).toContain("too_many_lines");
  });

  it("keeps the bytes of what it puts aside, bounded", async () => {
    const [row] = await replayed.select(
      "select max(length(raw)) as longest, count(*) filter (where raw = '' and source_line is not null) as bare from quarantine_log",
    );
    expect(row).toEqual({ longest: Math.ceil(4_096 / 3) * 4, bare: 0 });
  });

  it("keeps bad lines of the feedback file aside and counts the good ones", async () => {
    expect(replayed.report.feedback).toEqual({ joined: 1, parked: 1, duplicate: 1 });
    const rows = quarantine.filter((row) => row.reason === "invalid_event");
    expect(rows).toHaveLength(UNREADABLE_FEEDBACK.length);
  });

  it("says why a body in another bucket was not judged", async () => {
    const rows = await replayed.select(
      "select outcome, outcome_reason, pi from requests where request_id = 'foreign-1'",
    );
    expect(rows).toEqual([{ outcome: "filtered", outcome_reason: "body_foreign_bucket", pi: null }]);
  });

  it("judges every other neighbour, wherever it stood", async () => {
    const rows = await replayed.select(
      "select request_id, outcome, outcome_reason from requests where outcome <> 'judged' order by 1",
    );
    const blob = { request_id: "torn-1", outcome: "abstained", outcome_reason: "too_long" };
    expect(rows.filter((row) => row.request_id !== blob.request_id)).toEqual([
      { request_id: "foreign-1", outcome: "filtered", outcome_reason: "body_foreign_bucket" },
    ]);
  });

  it("prices what it can and lists what it cannot", () => {
    const { cost } = replayed.report;
    expect(cost.unpricedModels).toHaveLength(3);
    expect(cost.unpricedModels).toContain("constructor");
    expect(Object.hasOwn(cost.byVariant, "__proto__")).toBe(false);
    expect(Object.hasOwn(cost.byUser, "constructor")).toBe(false);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
