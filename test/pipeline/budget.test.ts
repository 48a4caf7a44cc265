import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chatRecord, DAY_MS, line, zipped } from "../support/chat-record.ts";
import { type Pipeline, startPipeline } from "../support/running-pipeline.ts";

const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), "budgets-"));
let pipeline: Pipeline;

beforeAll(async () => {
  const budgetPolicyFile = join(folder, "budgets.yaml");
  writeFileSync(
    budgetPolicyFile,
    "budgets: { apps: { shop: { dailyUsd: 0.001, limits: { perUserUsd: 0.0007 } } } }",
  );
  pipeline = await startPipeline({
    functions: ["ingest", "measure", "detect-cost", "notify"],
    budgetPolicyFile,
  });
});
afterAll(async () => {
  await pipeline?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("an app that passes its budget of the day is paged for once, and its user named, however often detect-cost looks", async () => {
  const lines = Array.from({ length: 40 }, (_, i) =>
    line(chatRecord({ id: `r${i}`, at: DAY_MS + i * 20_000, user: i % 4 === 0 ? "bob" : "ann" })),
  );
  await pipeline.deliverObject("AWSLogs/a.json.gz", zipped(...lines), DAY_MS + 15 * MINUTE);
  await pipeline.advanceTo(DAY_MS + 60 * MINUTE);
  const subjects = (await pipeline.pages()).map(({ subject }) => subject);
  expect(subjects).toEqual([
    expect.stringMatching(/^\[high\] shop has spent its budget of the day: \$0\.0/),
    expect.stringMatching(/^\[info\] shop: user ann above the limit of \$0\.0007/),
  ]);
  expect(pipeline.calls().athena?.StartQueryExecution).toBe(1);
  expect(pipeline.logs().filter(({ level }) => level !== "INFO")).toEqual([]);
  const rows = await pipeline.select("select source, kind, status, subjects from incidents order by kind");
  expect(rows).toEqual([
    { source: "budget", kind: "day", status: "open", subjects: "day" },
    { source: "budget", kind: "limit", status: "open", subjects: "user=ann" },
  ]);
});
