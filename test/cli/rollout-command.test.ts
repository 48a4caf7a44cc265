import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { saveFinding } from "@bellwether/aws/findings";
import { UsageError } from "@bellwether/cli/arguments";
import { run } from "@bellwether/cli/rollout-command";
import { startDynamo } from "@bellwether/local/dynamo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";
import { writeTemporaryLake } from "../support/temporary-lake.ts";
import { finding } from "./rollout-finding.ts";

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
      stderr: "bellwether: REGISTRY_TABLE is not set, so no version registry knows of this\n",
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

  it("starts a ramp, advances it by hand, and promotes with what is known", async () => {
    const ramp = ["--ramp", "default", "--criteria", "max_response_length=900", "--unit", "session"];
    expect(
      await rollout("start", "--app", "ramped", "--stable", "v1", "--canary", "v2", ...ramp),
    ).toMatchObject({
      code: 0,
      stdout:
        "ramped: canary v2 has 5 %, stable v1 the rest (generation 1)\nit moves by itself: 5 % → 25 % → 50 % → promotion; undecided after 72 h, people are told\n",
    });
    expect(await rollout("advance", "--app", "ramped", "--share", "0.04")).toMatchObject({
      code: 1,
      stderr: "bellwether: canary v2 has 5 % already: a share only grows, and abort ends it\n",
    });
    expect((await rollout("advance", "--app", "ramped")).stdout).toContain("canary v2 has 25 %");
    const further = await rollout("advance", "--app", "ramped", "--share", "0.6", "--json");
    expect(JSON.parse(further.stdout).rollout).toMatchObject({
      share: 0.6,
      unit: "session",
      ramp: { step: 2, criteria: [{ metric: "response_length", max: 900 }] },
    });
    const watermark = Date.now() + 43_200_000;
    await saveFinding(finding({ app: "ramped", generation: 3, share: 0.6, watermark }), watermark);
    const shown = JSON.parse((await rollout("show", "--app", "ramped", "--json")).stdout);
    expect(shown).toMatchObject({
      finding: { canary: "v2" },
      decision: { action: "hold" },
      limits: { alpha: 0.01, promotionAlpha: 0.05 },
    });
    expect(shown.daysLeft).toBeCloseTo(2.5, 2);
    expect((await rollout("show", "--app", "ramped")).stdout).toContain(
      "Ramp  step 3 of 3: 5 % → 25 % → [50 %]",
    );
    expect(await rollout("promote", "--app", "ramped")).toMatchObject({
      code: 0,
      stdout: `ramped: v2 has all traffic (generation 4)
  ✗ avg_quality_score within 0.03: e-value 8 of 20
  ✓ error_rate within 0.02: e-value 45 of 20
Promoted by people, the evidence does not carry it: not shown to be within the margin: avg_quality_score
`,
    });
  });

  it("reads a ramp from a file and promotes without a finding, saying so", async () => {
    const dir = mkdtempSync(join(tmpdir(), "ramp-"));
    const file = join(dir, "ramp.yaml");
    writeFileSync(
      file,
      "steps: [{ share: 0.2 }]\nsuccess_criteria: { min_satisfaction: 0.8 }\nmaxHours: 12\n",
    );
    await rollout("start", "--app", "filed", "--stable", "v1", "--canary", "v2", "--ramp", file);
    rmSync(dir, { recursive: true });
    const promoted = JSON.parse((await rollout("promote", "--app", "filed", "--json")).stdout);
    expect(promoted).toMatchObject({
      rollout: { stable: "v2", canary: null, ramp: null },
      evidence: { limit: 20, guardrails: [], lacks: "nothing is found about v2 yet" },
    });
  });

  it("moves nothing when somebody was faster", async () => {
    await rollout("start", "--app", "raced", "--stable", "v1", "--canary", "v2", "--share", "0.1");
    const both = await Promise.all([
      rollout("abort", "--app", "raced"),
      rollout("promote", "--app", "raced"),
    ]);
    expect(both.map(({ code }) => code).toSorted()).toEqual([0, 1]);
    const shown = JSON.parse((await rollout("show", "--app", "raced", "--json")).stdout);
    expect(shown.rollout.generation).toBe(2);
  });

  it.each([
    [[], /one of show, start, advance, promote, abort/],
    [["show", "abort", "--app", "bot"], /one of show/],
    [["show", "--app", ""], /--app is empty/],
    [["show", "--app", "bot", "--reason", "because"], /--reason does not belong to `rollout show`/],
    [["start", "--app", "bot", "--canary", "", "--share", "0.1"], /--canary is empty/],
    [["start", "--app", "bot", "--canary", "v2", "--share", "much"], /between 0 and 1/],
    [
      ["start", "--app", "bot", "--canary", "v2", "--share", "0.1", "--ramp", "default"],
      /exclude each other/,
    ],
    [
      ["start", "--app", "bot", "--canary", "v2", "--share", "0.1", "--unit", "tenant"],
      /--unit tenant is not one of user, session, request/,
    ],
    [
      ["start", "--app", "bot", "--canary", "v2", "--share", "0.1", "--criteria", "min_quality=0.8"],
      /--criteria needs --ramp/,
    ],
    [
      ["start", "--app", "bot", "--canary", "v2", "--ramp", "default", "--criteria", "min_quality"],
      /"min_quality" is not NAME=NUMBER/,
    ],
    [
      ["start", "--app", "bot", "--canary", "v2", "--ramp", "default", "--criteria", "min_quality=0.8,"],
      /"" is not NAME=NUMBER/,
    ],
    [
      [
        "start",
        "--app",
        "bot",
        "--canary",
        "v2",
        "--ramp",
        "default",
        "--criteria",
        "min_quality=0.8,min_quality=0.9",
      ],
      /min_quality is given twice/,
    ],
    [
      ["start", "--app", "bot", "--canary", "v2", "--ramp", "default", "--criteria", "quality=0.8"],
      /--criteria: criteria: .*neither min_ nor max_/,
    ],
    [
      ["start", "--app", "bot", "--canary", "v2", "--ramp", "default", "--criteria", "min_quality=4.2"],
      /--criteria: .*quality lies between 0 and 1/,
    ],
    [
      ["start", "--app", "bot", "--canary", "v2", "--ramp", "nowhere.yaml"],
      /--ramp nowhere\.yaml cannot be read \(ENOENT\)/,
    ],
    [
      ["start", "--app", "bot", "--canary", "v2", "--ramp", "package.json"],
      /--ramp package\.json: ramp: .*key/,
    ],
    [
      ["start", "--app", "bot", "--canary", "v2", "--share", "0.1", "--reason", "x".repeat(1_001)],
      /--reason: /,
    ],
    [
      ["start", "--app", "bot", "--canary", "v2", "--share", "0.1", "--by", "ada\nlovelace"],
      /--by: has control characters/,
    ],
    [["advance", "--app", "bot", "--share", "1.5"], /between 0 and 1/],
    [["advance", "--app", "bot", "--ramp", "default"], /--ramp does not belong to `rollout advance`/],
    [["promote", "--app", "bot", "--policy", "nowhere.yaml"], /--policy nowhere\.yaml cannot be read/],
    [["show", "--app", "bot", "--policy", "package.json"], /--policy package\.json: rollback policy: /],
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
    await expect(attempt).rejects.not.toThrow(/\n/);
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
      finding: null,
    });
    expect((await rollout("show", "--app", "bot", "--out", out)).stdout).toContain("it cannot be drawn");
    expect((await rollout("show", "--app", "nobody", "--out", out)).stdout).toContain("none");
    rmSync(out, { recursive: true, force: true });
  });

  it("draws the last finding of the app", async () => {
    const row = (id: string, at: string, canary: string) => ({
      finding_id: id,
      at,
      app: "bot",
      generation: 1,
      status: "healthy",
      document: JSON.stringify(finding({ canary })),
      rev: 1,
    });
    const lake = writeTemporaryLake({
      findings_log: [
        [row("b", "2026-10-06T12:05:00.000Z", "v3\u001b[2J"), row("a", "2026-10-06T12:00:00.000Z", "v2")],
      ],
    });
    const out = mkdtempSync(join(tmpdir(), "out-"));
    renameSync(lake, join(out, "lake"));
    const { stdout } = await rollout("show", "--app", "bot", "--out", out);
    expect(stdout).toContain(
      "Last finding, about canary v3 [2J at 25 %\nhealthy: e-value 1.54 against 100\n",
    );
    expect(stdout).toMatch(/combined +1\.54 .*│/);
    expect(stdout).not.toContain("\u001b");
    const { stdout: json } = await rollout("show", "--app", "bot", "--out", out, "--json");
    expect(JSON.parse(json)).toMatchObject({ findings: [{}, {}], finding: { promotion: [{}, {}] } });
    rmSync(out, { recursive: true, force: true });
  });
});
