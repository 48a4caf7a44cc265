import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { registryTable } from "@bellwether/aws/registry-table";
import { getRollout, putRollout } from "@bellwether/aws/rollouts-table";
import { run } from "@bellwether/cli/rollout-command";
import { changeVersion } from "@bellwether/core/registry/change-version";
import type { Kind } from "@bellwether/core/registry/entry";
import { readAudit, readVersion } from "@bellwether/core/registry/read";
import { register } from "@bellwether/core/registry/register";
import { nextGeneration } from "@bellwether/core/rollout/document";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTables } from "../support/local-tables.ts";
import { recordingIo } from "../support/recording-io.ts";

const ADA = { by: "ada", at: Date.UTC(2026, 9, 6), why: "" };
let tables: Awaited<ReturnType<typeof startTables>>;

beforeAll(async () => {
  tables = await startTables("rollouts", "registry", "state");
});
afterAll(() => tables.stop());

async function rollout(line: string) {
  const io = recordingIo();
  const code = await run(line.split(" "), io);
  return { code, ...io.written };
}

async function registered(
  app: string,
  version: string,
  kind: Kind = "prompt",
  approved = true,
): Promise<void> {
  const definition = { app, kind, version, text: "Be kind.", uri: null, modelId: "haiku", parameters: {} };
  expect(await register(definition, ADA, registryTable)).toMatchObject({ kind: "added" });
  if (approved) await changeVersion({ app, kind }, version, { kind: "approve" }, ADA, registryTable);
}
const statusOf = async (app: string, version: string, kind: Kind = "prompt") =>
  (await readVersion({ app, kind }, version, registryTable))?.status;

describe("bellwether rollout and the version registry", () => {
  it("makes a canary of an approved version, production on promotion", async () => {
    await registered("bot", "v2");
    expect(await rollout("start --app bot --stable v1 --canary v2 --share 0.1 --by bob")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(await statusOf("bot", "v2")).toBe("canary");
    expect(await rollout("promote --app bot --by bob --reason better")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(await statusOf("bot", "v2")).toBe("production");
    const audit = await readAudit({ app: "bot", kind: "prompt" }, "v2", registryTable);
    expect(audit.at(-1)).toMatchObject({ to: "production", by: "bob", why: "better" });
  });

  it("gives no traffic to what the registry refuses", async () => {
    await registered("strict", "v2", "prompt", false);
    expect(await rollout("start --app strict --stable v1 --canary v2 --share 0.1")).toEqual({
      code: 1,
      stdout: "",
      stderr: "bellwether: the registry refused: v2 is not approved, and the policy requires it\n",
    });
    expect(await getRollout("strict")).toBeUndefined();
  });

  it("puts one kind back when the other is refused", async () => {
    await registered("both", "v2", "prompt");
    await registered("both", "v2", "model", false);
    expect(await rollout("start --app both --stable v1 --canary v2 --share 0.1")).toMatchObject({ code: 1 });
    expect([await statusOf("both", "v2", "prompt"), await statusOf("both", "v2", "model")]).toEqual([
      "candidate",
      "candidate",
    ]);
  });

  it("takes an aborted canary back to candidate, with who and why", async () => {
    await registered("undo", "v2");
    await rollout("start --app undo --stable v1 --canary v2 --ramp default");
    expect(await rollout("advance --app undo")).toMatchObject({ code: 0, stderr: "" });
    expect(await statusOf("undo", "v2")).toBe("canary");
    expect(await rollout("abort --app undo --by bob --reason rude")).toMatchObject({ code: 0, stderr: "" });
    expect(await statusOf("undo", "v2")).toBe("candidate");
    const audit = await readAudit({ app: "undo", kind: "prompt" }, "v2", registryTable);
    expect(audit.at(-1)).toMatchObject({ to: "candidate", why: "aborted by bob: rude" });
  });

  it("goes on with a version that nobody registered, and says so", async () => {
    const unheard = "bellwether: v2 of free is not registered, so no version registry knows of this\n";
    const line = "start --app free --stable v1 --canary v2 --share 0.1";
    expect(await rollout(line)).toMatchObject({ code: 0, stderr: unheard });
    expect(await rollout("abort --app free")).toMatchObject({ code: 0, stderr: unheard });
  });

  it("says when the traffic moved and the registry would not follow", async () => {
    await registered("torn", "v2");
    await rollout("start --app torn --stable v1 --canary v2 --share 0.1");
    const back = { ...ADA, why: "by hand" };
    await changeVersion(
      { app: "torn", kind: "prompt" },
      "v2",
      { kind: "move", to: "candidate" },
      back,
      registryTable,
    );
    const promoted = await rollout("promote --app torn");
    expect(promoted).toMatchObject({ code: 1, stdout: expect.stringContaining("v2 has all traffic") });
    expect(promoted.stderr).toMatch(
      /^bellwether: the traffic is moved, but the registry refused: v2 is candidate[^\n]+\n$/,
    );
  });

  it("puts the registry back when somebody else moved the rollout", async () => {
    await registered("raced", "v2");
    const quiet = nextGeneration(undefined, "raced", {
      at: ADA.at,
      action: "abort",
      stable: "v1",
      canary: null,
      share: 0,
      by: "ada",
      reason: "",
    });
    await putRollout(quiet, { generation: 0, step: "none" });
    // A key ahead of its document: whatever is read, the compare-and-set comes too late.
    const item = {
      app: { S: "raced" },
      generation: { N: "9" },
      step: { S: "none" },
      document: { S: JSON.stringify(quiet) },
    };
    await tables.client.send(new PutItemCommand({ TableName: "rollouts", Item: item }));
    expect(await rollout("start --app raced --canary v2 --share 0.1")).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "bellwether: the rollout of raced was moved by somebody else meanwhile; look again with show; the registry has v2 as a candidate again, which needs a new approval\n",
    });
    expect(await statusOf("raced", "v2")).toBe("candidate");
  });

  it("leaves the registry alone when whoever was faster started the same version", async () => {
    await registered("twice", "v2");
    const line = "start --app twice --stable v1 --canary v2 --share 0.1";
    const both = await Promise.all([rollout(line), rollout(line)]);
    expect(both.map(({ code }) => code).toSorted()).toEqual([0, 1]);
    expect(await statusOf("twice", "v2")).toBe("canary");
  });

  it("promotes although the finding cannot be read, and says so", async () => {
    await rollout("start --app blind --stable v1 --canary v2 --share 0.1");
    process.env.STATE_TABLE = "gone";
    const { code, stdout } = await rollout("promote --app blind");
    process.env.STATE_TABLE = "state";
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^blind: v2 has all traffic .*\nPromoted by people, .*: the finding cannot be read: .+\n$/,
    );
  });
});
