import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@bellwether/cli/arguments";
import { run } from "@bellwether/cli/dataset-command";
import type { GoldenItem } from "@bellwether/core/review/dataset";
import { readGoldenSet } from "@bellwether/core/sentinel/golden-set";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chatRecord, line } from "../support/chat-record.ts";
import { recordingIo } from "../support/recording-io.ts";
import { writeTemporaryLake } from "../support/temporary-lake.ts";

const AT = Date.parse("2026-06-06T07:30:00Z");
const at = new Date(AT).toISOString();
const IDS = ["bad", "good", "gone", "unsure"] as const;
let dir: string;
let out: string;
let logs: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "dataset-"));
  [out, logs] = [join(dir, "out"), join(dir, "logs")];
  mkdirSync(out);
  mkdirSync(logs);
  const records = IDS.filter((id) => id !== "gone").map((id) =>
    line(chatRecord({ id, at: AT, context: `what is known about ${id}` })),
  );
  writeFileSync(join(logs, "a.jsonl"), `${records.join("\n")}\n`);
  const sourceLine = { bad: 1, good: 2, unsure: 3, gone: 9 } as const;
  const common = (request_id: (typeof IDS)[number]) => ({ request_id, at, app: "bot", rev: 1 });
  const source = (id: (typeof IDS)[number]) => ({ source_key: "a.jsonl", source_line: sourceLine[id] });
  const label = (id: (typeof IDS)[number], reviewer: string, value: number | null, correction?: string) => ({
    ...common(id),
    metric: "quality",
    reviewer,
    label: value,
    ...(correction === undefined ? {} : { correction }),
  });
  const lake = writeTemporaryLake({
    requests_log: [IDS.map((id) => ({ ...common(id), ...source(id), variant: "v1", prompt_version: "p7" }))],
    evaluations_log: [
      IDS.flatMap((id) =>
        Object.entries({ quality: 0.9, faithfulness: 0.1, context_precision: 1 }).map(([metric, score]) => ({
          ...common(id),
          metric,
          status: "scored",
          score,
          pi: 1,
          judge_model: "judge",
          judge_version: "j.1",
        })),
      ),
    ],
    review_tasks_log: [
      IDS.map((id) => ({
        ...common(id),
        ...source(id),
        reasons: "sample",
        rho: 0.5,
        place: 0,
        second: false,
      })),
    ],
    reviews_log: [
      [
        label("bad", "ann", 0, "the right answer"),
        label("bad", "bob", 0.25),
        label("good", "ann", 1),
        label("gone", "ann", 0),
        label("unsure", "ann", null),
      ],
    ],
  });
  renameSync(lake, join(out, "lake"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function create(...args: readonly string[]) {
  const io = recordingIo();
  const code = await run(["create", "--out", out, "--logs", logs, ...args, "--json"], io);
  return { code, document: JSON.parse(io.written.stdout) as Record<string, unknown> };
}
const fileOf = (document: Record<string, unknown>) => join(out, "lake", String(document.key));

describe("bellwether dataset create", () => {
  it("writes what people found bad, with texts, the right answer and lineage", async () => {
    const { document } = await create("--from", "reviews", "--name", "failures");
    expect(document).toMatchObject({ name: "failures", items: 1, unreadable: 1 });
    expect(document.key).toBe(`golden/failures/${String(document.version)}.jsonl`);
    const [item, ...more] = readFileSync(fileOf(document), "utf8")
      .trimEnd()
      .split("\n")
      .map((one) => JSON.parse(one) as GoldenItem);
    expect(more).toEqual([]);
    expect(item).toMatchObject({
      id: "bad",
      contexts: ["what is known about bad"],
      reference: "the right answer",
      label: 0.125,
      rootCause: "generation",
      lineage: {
        requestId: "bad",
        app: "bot",
        promptVersion: "p7",
        judgeVersion: "j.1",
        source: "a.jsonl#1",
        labels: [
          { reviewer: "ann", metric: "quality", label: 0, at },
          { reviewer: "bob", metric: "quality", label: 0.25, at },
        ],
      },
    });
    expect(item?.question).toBeTruthy();
    expect(item?.answer).toBeTruthy();
  });

  it("writes the same bytes under the same version again", async () => {
    const first = await create("--name", "failures");
    const bytes = readFileSync(fileOf(first.document), "utf8");
    const second = await create("--name", "failures");
    expect(second.document).toEqual(first.document);
    expect(readFileSync(fileOf(second.document), "utf8")).toBe(bytes);
  });

  it("takes everything with a label for a set that watches the judge", async () => {
    const { document } = await create("--name", "sentinel", "--all");
    expect(document).toMatchObject({ items: 2, unreadable: 1 });
    const cases = readGoldenSet(readFileSync(fileOf(document), "utf8"));
    expect(cases.map(({ id, reference }) => [id, reference])).toEqual([
      ["bad", "the right answer"],
      ["good", null],
    ]);
  });

  it("writes nothing when nobody found anything bad", async () => {
    const { code, document } = await create("--name", "failures", "--app", "other");
    expect(code).toBe(0);
    expect(document).toMatchObject({ items: 0, key: null });
  });

  it.each([
    [["create", "--out", "x"], /--name NAME is missing/],
    [["create", "--name", "../up", "--out", "x", "--logs", "y"], /--name: a data set's name/],
    [["create", "--name", "a", "--from", "thin air"], /data sets are made from reviews/],
    [["create", "--name", "a", "--out", "x"], /--logs DIR is missing/],
    [["create", "--name", "a"], /LOGS_BUCKET|LAKE_BUCKET/],
    [["destroy"], /needs the sub-command create/],
  ])("refuses %j with one line", async (args, message) => {
    await expect(run(args, recordingIo())).rejects.toThrow(message);
    await expect(run(args, recordingIo())).rejects.toBeInstanceOf(UsageError);
  });
});
