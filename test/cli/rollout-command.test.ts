import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UsageError } from "@bellwether/cli/arguments";
import { run } from "@bellwether/cli/rollout-command";
import { startDynamo } from "@bellwether/local/dynamo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";
import { writeTemporaryLake } from "../support/temporary-lake.ts";

const NAMES = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  ROLLOUTS_TABLE: "rollouts",
  STATE_TABLE: "state",
};
const before = { ...process.env };
let dynamo: Awaited<ReturnType<typeof startDynamo>>;

beforeAll(async () => {
  dynamo = await startDynamo();
  Object.assign(process.env, NAMES, { AWS_ENDPOINT_URL_DYNAMODB: dynamo.url });
  const client = new DynamoDBClient({});
  const keys = { rollouts: ["app"], state: ["pk", "sk"] };
  for (const [TableName, names] of Object.entries(keys)) {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? "HASH" : "RANGE" })),
      }),
    );
  }
  client.destroy();
});
afterAll(async () => {
  for (const name of [...Object.keys(NAMES), "AWS_ENDPOINT_URL_DYNAMODB"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  await dynamo.stop();
});

async function rollout(...args: string[]) {
  const io = recordingIo();
  const code = await run(args, io);
  return { code, ...io.written };
}

describe("bellwether rollout against a table", () => {
  it("starts, refuses, promotes, and tells who did what and why", async () => {
    expect(await rollout("show", "--app", "bot")).toEqual({
      code: 1,
      stdout: "",
      stderr: "bellwether: bot has no rollout\n",
    });
    const first = ["start", "--app", "bot", "--stable", "v1", "--canary", "v2", "--share", "0.1"];
    expect(await rollout(...first, "--by", "ada")).toEqual({
      code: 0,
      stdout: "bot: canary v2 has 10 %, stable v1 the rest (generation 1)\n",
      stderr: "",
    });
    const again = await rollout("start", "--app", "bot", "--canary", "v3", "--share", "0.1");
    expect(again).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("canary v2") });
    expect(await rollout("promote", "--app", "bot", "--by", "ada", "--reason", "a good week")).toMatchObject({
      code: 0,
    });
    const shown = await rollout("show", "--app", "bot", "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      finding: null,
      rollout: {
        stable: "v2",
        canary: null,
        generation: 2,
        epochs: [
          { canary: "v2", share: 0.1 },
          { stable: "v2", to: null },
        ],
        history: [{ action: "start" }, { action: "promote", by: "ada", reason: "a good week" }],
      },
    });
    expect((await rollout("show", "--app", "bot")).stdout).toContain("v2 has all traffic");
  });

  it("aborts a canary: stable has all traffic again", async () => {
    await rollout("start", "--app", "other", "--stable", "v1", "--canary", "v2", "--share", "0.5");
    expect((await rollout("show", "--app", "other")).stdout).toContain("canary v2 has 50 %");
    expect(await rollout("abort", "--app", "other")).toMatchObject({
      code: 0,
      stdout: "other: v1 has all traffic (generation 2)\n",
    });
    expect(await rollout("abort", "--app", "other")).toMatchObject({ code: 1, stdout: "" });
  });

  it.each([
    [[], /one of show, start, promote, abort/],
    [["sideways", "--app", "bot"], /one of show/],
    [["show"], /--app/],
    [["start", "--app", "bot", "--stable", "v1", "--share", "0.1"], /--canary/],
    [["start", "--app", "bot", "--canary", "v2"], /--share/],
    [["start", "--app", "bot", "--canary", "v2", "--share", "1"], /between 0 and 1/],
    [["start", "--app", "bot", "--canary", "v2", "--share", ""], /between 0 and 1/],
    [["start", "--app", "bot", "--stable", "v2", "--canary", "v2", "--share", "0.1"], /both v2/],
    [["abort", "--app", "bot", "--canary", "v2"], /--canary does not belong/],
    [["promote", "--app", "bot", "--out", "somewhere"], /--out/],
  ])("refuses %j as bad usage", async (args, problem) => {
    const attempt = rollout(...args);
    await expect(attempt).rejects.toBeInstanceOf(UsageError);
    await expect(attempt).rejects.toThrow(problem);
  });

  it("names the missing table", async () => {
    delete process.env.ROLLOUTS_TABLE;
    await expect(rollout("show", "--app", "bot")).rejects.toThrow(/ROLLOUTS_TABLE/);
    process.env.ROLLOUTS_TABLE = NAMES.ROLLOUTS_TABLE;
  });
});

describe("bellwether rollout show --out", () => {
  it("tells findings and rollbacks of the app from the lake of a replay", async () => {
    const at = "2026-10-06T12:00:00.000Z";
    const rollback = { generation: 2, at, from_variant: "v2", to_variant: "v1", rule: "quality", rev: 1 };
    const lake = writeTemporaryLake({
      rollbacks_log: [
        [
          { app: "bot", ...rollback },
          { app: "another", ...rollback },
        ],
      ],
      findings_log: [
        [{ finding_id: "f", at, app: "bot", generation: 1, status: "breach", e_value: 120, rev: 1 }],
      ],
    });
    const out = mkdtempSync(join(tmpdir(), "out-"));
    renameSync(lake, join(out, "lake"));
    const shown = await rollout("show", "--app", "bot", "--out", out, "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      app: "bot",
      rollbacks: [{ from_variant: "v2", to_variant: "v1", rule: "quality" }],
      findings: [{ status: "breach", e_value: 120 }],
    });
    expect((await rollout("show", "--app", "nobody", "--out", out)).stdout).toContain("none");
    rmSync(out, { recursive: true, force: true });
  });
});
