import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { judgeRecord } from "@bellwether/local/traffic/judge-record";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HAIKU } from "../fixtures/records/build.ts";
import { chatRecord, DAY_MS, line, zipped } from "../support/chat-record.ts";
import { type Replayed, replayFolder, temporaryFolder } from "../support/run-bellwether.ts";

const AT = DAY_MS + 30 * 60_000;
const ROLE = "arn:aws:iam::111122223333:role/path/watch-evaluate";
const judgeCall = (requestId: string) => ({
  requestId,
  at: AT,
  modelId: HAIKU,
  inputTokens: 900_000,
  outputTokens: 90_000,
  roleArn: ROLE,
  body: { messages: [{ role: "user", content: [{ text: "Judge this." }] }] },
  response: { output: { message: { role: "assistant", content: [{ text: "It is good." }] } } },
});
/** The judge's own call, recognisable by its role alone. */
const untagged = (requestId: string): string =>
  line({ ...JSON.parse(judgeRecord(judgeCall(requestId))), requestMetadata: undefined });

const folder = temporaryFolder("loop-guard");
let replayed: Replayed;
beforeAll(async () => {
  const logs = join(folder.dir, "logs/AWSLogs/1/BedrockModelInvocationLogs/us-east-1/2026/10/06/00");
  mkdirSync(logs, { recursive: true });
  writeFileSync(
    join(logs, "20261006T003500000Z_a.json.gz"),
    zipped(
      line(chatRecord({ id: "watched", at: AT, variant: "v1", user: "ann" })),
      judgeRecord(judgeCall("by-tag")),
      untagged("by-role"),
    ),
  );
  replayed = await replayFolder(folder.dir, {
    config: { sampling: { baseRate: 1 }, judge: { roleArn: ROLE } },
  });
}, 180_000);
afterAll(() => folder.remove());

it("never judges the judge", async () => {
  expect(
    await replayed.select("select request_id, outcome, outcome_reason, pi from requests order by request_id"),
  ).toEqual([
    { request_id: "by-role", outcome: "filtered", outcome_reason: "loop_guard", pi: null },
    { request_id: "by-tag", outcome: "filtered", outcome_reason: "loop_guard", pi: null },
    { request_id: "watched", outcome: "judged", outcome_reason: null, pi: 1 },
  ]);
  expect(replayed.report.calls["bedrock-runtime"]?.Converse).toBe(1);
});

it("counts the judge's calls as records, and their price nowhere but in the judge's spend", () => {
  const { records, cost } = replayed.report;
  expect(records).toEqual({ read: 3, kept: 3, quarantined: 0, duplicate: 0, ignored: 0 });
  expect(cost.totalUsd).toBeGreaterThan(0);
  expect(cost.totalUsd).toBeLessThan(0.001);
  for (const by of [cost.byModel, cost.byVariant, cost.byUser]) {
    expect(Object.values(by)).toEqual([cost.totalUsd]);
  }
  expect(cost.byUser).toHaveProperty("ann");
  // Summed from what this run's own judge used, not from the logged calls.
  expect(cost.judgeUsd).toBeGreaterThan(0);
  expect(cost.judgeUsd).toBeLessThan(0.1);
});
