import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { registryTable } from "@bellwether/aws/registry-table";
import { type Answer, changeVersion } from "@bellwether/core/registry/change-version";
import type { Wish } from "@bellwether/core/registry/decide";
import { AUDIT_KEPT, type Family } from "@bellwether/core/registry/entry";
import { readAudit, readFamily } from "@bellwether/core/registry/read";
import { register } from "@bellwether/core/registry/register";
import { setPolicy } from "@bellwether/core/registry/set-policy";
import { TABLES } from "@bellwether/core/topology";
import { startDynamo } from "@bellwether/local/dynamo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADA } from "../core/registry/memory-registry.ts";

const deps = registryTable;
const PEOPLE = Array.from({ length: 50 }, (_, i) => ({ ...ADA, by: `person ${i}` }));
const before = { ...process.env };
const ENV = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  REGISTRY_TABLE: "registry",
};
let dynamo: Awaited<ReturnType<typeof startDynamo>>;

beforeAll(async () => {
  dynamo = await startDynamo();
  Object.assign(process.env, ENV, { AWS_ENDPOINT_URL_DYNAMODB: dynamo.url });
  const client = new DynamoDBClient({});
  const { hashKey, rangeKey } = TABLES.registry;
  await client.send(
    new CreateTableCommand({
      TableName: "registry",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [hashKey, rangeKey].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: [
        { AttributeName: hashKey, KeyType: "HASH" },
        { AttributeName: rangeKey, KeyType: "RANGE" },
      ],
    }),
  );
  client.destroy();
});
afterAll(async () => {
  for (const name of [...Object.keys(ENV), "AWS_ENDPOINT_URL_DYNAMODB"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  await dynamo.stop();
});

const add = (family: Family, version: string, who = ADA) =>
  register(
    {
      ...family,
      version,
      text: `text of ${version}`,
      uri: null,
      modelId: "m",
      parameters: { temperature: 0 },
    },
    who,
    deps,
  );
const change = (family: Family, version: string, wish: Wish, who = ADA) =>
  changeVersion(family, version, wish, who, deps);
const move = (to: "canary" | "production"): Wish => ({ kind: "move", to });

/** Versions of an app of its own, each a canary. */
async function canaries(app: string, ...versions: string[]): Promise<Family> {
  const family: Family = { app, kind: "prompt" };
  await setPolicy(family, { requireApproval: false }, ADA, deps);
  for (const version of versions) {
    await add(family, version);
    await change(family, version, move("canary"));
  }
  return family;
}

const won = (answers: readonly Answer[]) => answers.flatMap((one) => (one.kind === "changed" ? [one] : []));

describe("fifty people at once", () => {
  it("register a version once", async () => {
    const family: Family = { app: "registered", kind: "model" };
    const answers = await Promise.all(PEOPLE.map((who) => add(family, "v1", who)));
    expect(answers.map(({ kind }) => kind).sort()).toEqual(["added", ...Array(49).fill("unchanged")]);
    const winner = answers.find(({ kind }) => kind === "added");
    expect(await readAudit(family, "v1", deps)).toEqual([
      expect.objectContaining({
        by: winner?.kind === "added" ? winner.entry.createdBy : undefined,
        change: "registered",
      }),
    ]);
  });

  it("approve a candidate once, and its approver is who was told so", async () => {
    const family: Family = { app: "approved", kind: "prompt" };
    await add(family, "v1");
    const answers = await Promise.all(PEOPLE.map((who) => change(family, "v1", { kind: "approve" }, who)));
    const [winner, ...others] = won(answers);
    expect(others).toEqual([]);
    for (const answer of answers)
      if (answer.kind !== "changed")
        expect(answer).toMatchObject({
          kind: "refused",
          reason: expect.stringMatching(/^v1 is approved already, by person \d+ at/),
        });
    expect(await deps.getEntry(family, "v1")).toEqual(winner?.entry);
    const rows = await readAudit(family, "v1", deps);
    expect(rows.map((row) => [row.seq, row.change, row.by])).toEqual([
      [1, "registered", "ada"],
      [2, "approved", winner?.entry.approval?.by],
    ]);
  });

  it("promote a canary once", async () => {
    const family = await canaries("promoted", "v1", "v2");
    await change(family, "v1", move("production"));
    const answers = await Promise.all(PEOPLE.map((who) => change(family, "v2", move("production"), who)));
    expect(won(answers)).toMatchObject([{ retired: "v1", entry: { previous: "v1" } }]);
    const { head, entries } = await readFamily(family, deps);
    expect(head).toMatchObject({ production: "v2", pending: null });
    expect(entries.map(({ version, status, seq }) => [version, status, seq])).toEqual([
      ["v1", "retired", 4],
      ["v2", "production", 3],
    ]);
  });

  it("promote different canaries: one after the other, never two in production, nothing unsaid", async () => {
    const names = PEOPLE.map((_, i) => `v${i}`);
    const family = await canaries("raced", ...names);
    const answers = await Promise.all(
      PEOPLE.map((who, i) => change(family, `v${i}`, move("production"), who).catch((error: Error) => error)),
    );
    const told = answers.flatMap((one) => (one instanceof Error ? [] : [one]));
    const { head, entries } = await readFamily(family, deps);
    const of = (status: string) => entries.filter((entry) => entry.status === status);
    const winners = won(told);
    expect(winners.length).toBeGreaterThanOrEqual(1);
    expect(of("production").map(({ version }) => version)).toEqual([head.production]);
    expect(of("retired")).toHaveLength(winners.length - 1);
    expect(of("canary")).toHaveLength(50 - winners.length);
    for (const { entry } of winners) {
      const rows = await readAudit(family, entry.version, deps);
      expect(rows.filter(({ to }) => to === "production")).toEqual([
        expect.objectContaining({ by: `person ${entry.version.slice(1)}` }),
      ]);
    }
  });
});

describe("the table", () => {
  it("keeps names apart that share a prefix or hold separators", async () => {
    const family: Family = { app: "a|b", kind: "prompt" };
    const names = ["v1", "v1|", "v1 2", "v", "ü/é?", "~"];
    for (const name of names) expect((await add(family, name)).kind).toBe("added");
    const long = ["v1", "v1|"];
    for (let round = 0; round < AUDIT_KEPT; round++) {
      for (const name of long) await change(family, name, { kind: round % 2 === 0 ? "approve" : "reject" });
    }
    await add({ app: "a", kind: "prompt" }, "v1");
    const { entries } = await readFamily(family, deps);
    expect(entries.map(({ version }) => version).sort()).toEqual(names.toSorted());
    for (const name of names)
      expect(await readAudit(family, name, deps)).toHaveLength(long.includes(name) ? AUDIT_KEPT + 1 : 1);
  });

  it("gives back the text it was given, and knows what it does not have", async () => {
    const family: Family = { app: "texts", kind: "prompt" };
    const text = "Answer in 中文 🙂\n\ttab \u0007\n";
    await deps.putContent(family, "hash", text);
    expect(await deps.getContent(family, "hash")).toBe(text);
    expect(await deps.getContent(family, "other")).toBeUndefined();
    expect(await deps.getHead(family)).toBeUndefined();
    expect(await deps.getEntry(family, "v1")).toBeUndefined();
  });
});
