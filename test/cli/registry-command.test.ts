import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { putRollout } from "@bellwether/aws/rollouts-table";
import { UsageError } from "@bellwether/cli/arguments";
import { run } from "@bellwether/cli/registry-command";
import { nextGeneration } from "@bellwether/core/rollout/document";
import { startDynamo } from "@bellwether/local/dynamo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordingIo } from "../support/recording-io.ts";

const NAMES = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  REGISTRY_TABLE: "registry",
  ROLLOUTS_TABLE: "rollouts",
};
const before = { ...process.env };
const dir = mkdtempSync(join(tmpdir(), "prompts-"));
let dynamo: Awaited<ReturnType<typeof startDynamo>>;

beforeAll(async () => {
  dynamo = await startDynamo();
  Object.assign(process.env, NAMES, { AWS_ENDPOINT_URL_DYNAMODB: dynamo.url });
  const client = new DynamoDBClient({});
  const keys = { registry: ["pk", "sk"], rollouts: ["app"] };
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
  for (const [name, text] of Object.entries({ v1: "Be kind.\nBe brief.\n", v2: "Be kind.\nBe exact.\n" }))
    writeFileSync(join(dir, `${name}.txt`), text);
});
afterAll(async () => {
  for (const name of [...Object.keys(NAMES), "AWS_ENDPOINT_URL_DYNAMODB"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  rmSync(dir, { recursive: true, force: true });
  await dynamo.stop();
});

async function registry(line: string, more: Partial<ReturnType<typeof recordingIo>> = {}) {
  const io = { ...recordingIo(), ...more };
  const code = await run(line.split(" "), io);
  return { code, ...io.written };
}
const json = async (line: string) => JSON.parse((await registry(`${line} --json`)).stdout);
const file = (name: string) => join(dir, `${name}.txt`);

/** Runs lines that must all succeed. */
async function all(...lines: string[]): Promise<void> {
  for (const line of lines) expect(await registry(line)).toMatchObject({ code: 0, stderr: "" });
}
const refusedWith = (text: string) => ({ code: 1, stdout: "", stderr: `bellwether: ${text}\n` });

describe("bellwether registry", () => {
  it("leads a prompt from candidate to production and tells the whole story", async () => {
    const added = await registry(`add --app bot --kind prompt --version v1 --file ${file("v1")} --by ada`);
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^bot: prompt v1 is registered as a candidate, sha256 [0-9a-f]{64}\n$/),
    });
    const canary = "transition --app bot --version v1 --to canary --by ada";
    expect(await registry(canary)).toEqual(refusedWith("v1 is not approved, and the policy requires it"));
    expect(await registry("approve --app bot --version v1 --by bob --why checked")).toEqual({
      code: 0,
      stdout: "bot: prompt v1 is approved by bob\n",
      stderr: "",
    });
    await all(
      canary,
      "promote --app bot --version v1 --by ada",
      `add --app bot --kind prompt --version v2 --file ${file("v2")} --by ada`,
      "approve --app bot --version v2 --by bob",
      "transition --app bot --version v2 --to canary --by ada",
    );
    expect(await registry("promote --app bot --version v2 --by ada")).toMatchObject({
      stdout: "bot: prompt v2 is production, v1 is retired\n",
    });
    expect(await registry("promote --app bot --version v2")).toEqual(
      refusedWith("v2 is production already; from there it can go to retired"),
    );
    expect((await json("list --app bot")).versions).toMatchObject([
      { version: "v1", status: "retired", traffic: null },
      { version: "v2", status: "production", previous: "v1", approval: { by: "bob" } },
    ]);
    const { audit } = await json("audit --app bot --version v1");
    expect(
      audit.map((row: Record<string, unknown>) => [row.change, row.from, row.to, row.by, row.why]),
    ).toEqual([
      ["registered", null, "candidate", "ada", ""],
      ["approved", "candidate", "candidate", "bob", "checked"],
      ["moved", "candidate", "canary", "ada", ""],
      ["moved", "canary", "production", "ada", ""],
      ["moved", "production", "retired", "ada", ""],
    ]);
    expect((await json("audit --app bot")).audit).toHaveLength(9);
    await all("retire --app bot --version v2", "transition --app bot --version v2 --to candidate");
    expect((await json("show --app bot --version v2")).entry).toMatchObject({
      status: "candidate",
      approval: null,
    });
  });

  it("shows a version, its text, and the traffic that the rollout gives it", async () => {
    const rollout = nextGeneration(undefined, "shop", {
      at: 1,
      action: "start",
      stable: "v1",
      canary: "v2",
      share: 0.25,
      by: "ada",
      reason: "",
    });
    await putRollout(rollout, { generation: 0, step: "none" });
    await all(
      `add --app shop --kind prompt --version v2 --file ${file("v2")} --param temperature=0.2 --by ada`,
    );
    expect(await json("show --app shop --version v2")).toMatchObject({
      traffic: 0.25,
      content: "Be kind.\nBe exact.\n",
      entry: { parameters: { temperature: 0.2 }, createdBy: "ada" },
    });
    const shown = (await registry("show --app shop --version v2")).stdout;
    expect(shown).toContain("shop: prompt v2 is candidate");
    expect(shown).toContain("traffic    25 %");
    expect(shown).toContain("cost       not measured");
    expect((await registry("show --app shop --version v2 --content")).stdout).toBe("Be kind.\nBe exact.\n");
    expect((await registry("list --app shop")).stdout).toContain("pending");
    expect(await registry("show --app shop --version v9")).toEqual(refusedWith("shop has no version v9"));
    expect((await registry("list --app nobody")).stdout).toBe("nobody has no registered versions\n");
  });

  it("says how two versions differ, in their text and in how they are called", async () => {
    await all(
      `add --app diff --kind prompt --version v1 --file ${file("v1")} --model m1`,
      `add --app diff --kind prompt --version v2 --file ${file("v2")} --model m2 --param stop=["x"]`,
      `add --app diff --kind prompt --version v3 --file ${file("v2")} --location s3://prompts/v3`,
    );
    const diff = "--- v1\n+++ v2\n@@ -1,2 +1,2 @@\n Be kind.\n-Be brief.\n+Be exact.\n";
    expect(await registry("diff --app diff v1 v2")).toEqual({
      code: 0,
      stderr: "",
      stdout: `model: m1 -> m2\nparameters: {} -> { "stop": [ "x" ] }\n${diff}`,
    });
    expect(await json("diff --app diff v1 v2")).toMatchObject({
      same: false,
      diff,
      from: { version: "v1", modelId: "m1" },
      to: { parameters: { stop: ["x"] } },
    });
    expect((await registry("diff --app diff v1 v1")).stdout).toBe("v1 and v1 are the same\n");
    const elsewhere = "the content of v3 is kept at s3://prompts/v3, not here";
    expect(await registry("diff --app diff v1 v3")).toEqual(refusedWith(elsewhere));
    expect(await registry("show --app diff --version v3 --content")).toEqual(refusedWith(elsewhere));
    expect((await json("diff --app diff v2 v3")).same).toBe(true);
  });

  it("does not let a prompt drive the terminal", async () => {
    const texts = ["safe\n", "\u001b[2Jgone\n"];
    for (const [i, text] of texts.entries()) {
      writeFileSync(file(`t${i}`), text);
      await all(`add --app tty --kind prompt --version t${i} --file ${file(`t${i}`)}`);
    }
    expect((await registry("diff --app tty t0 t1")).stdout).toContain("\u001b[2J");
    expect((await registry("diff --app tty t0 t1", { isTty: true })).stdout).not.toContain("\u001b");
  });

  it("registers a model without a file, and tells a prompt and a model of one name apart", async () => {
    const model = "add --app both --kind model --version v1 --model anthropic.claude-haiku --param top_p=0.9";
    await all(model, `add --app both --kind prompt --version v1 --file ${file("v1")}`);
    expect((await json(model)).added).toBe(false);
    expect(await json("show --app both --kind model --version v1")).toMatchObject({
      content: '{\n  "modelId": "anthropic.claude-haiku",\n  "parameters": {\n    "top_p": 0.9\n  }\n}\n',
    });
    await expect(registry("approve --app both --version v1")).rejects.toThrow(/--kind/);
    await all("approve --app both --kind model --version v1 --by ada");
    expect((await json("list --app both")).versions).toMatchObject([
      { kind: "model", approval: { decision: "approved" } },
      { kind: "prompt", approval: null },
    ]);
    expect(await registry(`${model.replace("0.9", "0.8")}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("versions are immutable"),
    });
  });

  it("rejects with a reason, and holds to the policy of the kind", async () => {
    await all(
      `add --app strict --kind prompt --version v1 --file ${file("v1")}`,
      "reject --app strict --version v1 --by eve --why rude",
    );
    expect(await registry("transition --app strict --version v1 --to canary")).toEqual(
      refusedWith("v1 was rejected by eve: rude; it can be approved again"),
    );
    expect(await registry("policy --app strict --kind prompt")).toMatchObject({
      stdout: "strict: a prompt becomes a canary with approval and without a gate\n",
    });
    await all(
      "policy --app strict --kind prompt --require-gate yes --by ada",
      "approve --app strict --version v1",
    );
    expect(await json("policy --app strict --kind prompt")).toEqual({
      app: "strict",
      kind: "prompt",
      policy: { requireApproval: true, requireGate: true },
    });
    expect(await registry("transition --app strict --version v1 --to canary")).toEqual(
      refusedWith("no gate has passed v1, and the policy requires one"),
    );
    expect((await json("audit --app strict")).audit).toContainEqual(
      expect.objectContaining({ change: "policy", version: null, by: "ada" }),
    );
  });

  it.each([
    ["", /one of add, list, show/],
    ["toString --app bot", /one of add/],
    ["list", /--app/],
    ["list --app bot --kind poem", /--kind poem/],
    ["list --app bot extra", /unexpected "extra"/],
    ["list --app bot --why no", /--why does not belong to `registry list`/],
    ["show --app bot", /--version/],
    ["add --app bot --version v1", /--kind/],
    ["add --app bot --kind prompt --version v1", /--file/],
    ["add --app bot --kind prompt --version v1 --file /nowhere/at-all", /cannot be read/],
    ["add --app bot --kind model --version v1", /--model/],
    ["add --app bot --kind model --version v1 --model m --param x", /NAME=VALUE/],
    ["add --app bot --kind model --version v1 --model m --param x=1 --param x=2", /twice/],
    ["transition --app bot --version v1", /--to/],
    ["transition --app bot --version v1 --to live", /--to live/],
    ["policy --app bot", /--kind/],
    ["policy --app bot --kind prompt --require-gate maybe", /neither yes nor no/],
    ["diff --app bot v1", /two versions/],
  ])("refuses %j as bad usage", async (line, problem) => {
    const attempt = registry(line);
    await expect(attempt).rejects.toBeInstanceOf(UsageError);
    await expect(attempt).rejects.toThrow(problem);
  });

  it("refuses a file that is no text, and names the missing table", async () => {
    writeFileSync(file("bytes"), Buffer.from([0xff, 0xfe, 0x00]));
    const add = `add --app bot --kind prompt --version v9 --file ${file("bytes")}`;
    await expect(registry(add)).rejects.toThrow(/is not UTF-8 text/);
    delete process.env.REGISTRY_TABLE;
    await expect(registry("list --app bot")).rejects.toThrow(/REGISTRY_TABLE/);
    process.env.REGISTRY_TABLE = NAMES.REGISTRY_TABLE;
  });
});
