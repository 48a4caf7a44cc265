import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { decodeLine } from "@bellwether/core/records/decode";
import type { Invocation } from "@bellwether/core/records/invocation";
import { parseRecord } from "@bellwether/core/records/parse";
import { duplicateTree } from "@bellwether/local/traffic/duplicate-tree";
import { type Regression, writeTree } from "@bellwether/local/traffic/tree";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const START = Date.UTC(2026, 9, 5);
const BAD_FROM = START + 2 * 86_400_000;

let root = "";
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "bellwether-tree-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function write(name: string, regression: Regression, more: object = {}) {
  const dir = path.join(root, name);
  const tree = await writeTree(dir, { seed: 11, start: START, regression, ...more });
  const records = (await files(dir)).flatMap(({ bytes }) =>
    gunzipSync(bytes).toString().trimEnd().split("\n").map(read),
  );
  return { dir, tree, records };
}

async function files(dir: string): Promise<{ name: string; bytes: Buffer }[]> {
  const names = (await readdir(dir, { recursive: true })).filter((name) => name.endsWith(".gz")).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(path.join(dir, name)) })));
}

function read(line: string): Invocation {
  const decoded = decodeLine(line);
  const record = decoded.ok ? parseRecord(decoded.value[0]) : undefined;
  if (!record?.ok) throw new Error(`not a record: ${line.slice(0, 200)}`);
  return record.value;
}

async function digest(dir: string): Promise<string> {
  const hash = createHash("sha256");
  for (const { name, bytes } of await files(dir)) hash.update(name).update(bytes);
  return hash.digest("hex");
}

function rateOf(
  records: readonly Invocation[],
  variant: string,
  condition: (one: Invocation) => boolean,
): number {
  const arm = records.filter(({ tags, at }) => tags.variant === variant && at >= BAD_FROM);
  return arm.filter(condition).length / arm.length;
}

function meanTokens(records: readonly Invocation[], variant: string): number {
  const counts = records
    .filter(({ tags, at, usage }) => tags.variant === variant && at >= BAD_FROM && usage !== undefined)
    .map(({ usage }) => (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0))
    .filter((tokens) => tokens < 20_000);
  return counts.reduce((sum, tokens) => sum + tokens, 0) / counts.length;
}

const failed = ({ errorCode }: Invocation): boolean => errorCode !== undefined;

describe("writeTree", () => {
  it("writes hourly objects of the asked number of records, with sticky users and a canary from day 1", async () => {
    const { tree, records } = await write("none", "none");
    expect(records.length).toBe(6_000);
    expect(tree.records).toBe(6_000);
    expect(tree.objects).toBe(96);
    expect(new Set(records.map(({ requestId }) => requestId)).size).toBe(6_000);
    const canary = records.filter(({ tags }) => tags.variant === "v2");
    expect(tree.byVariant).toEqual({ v1: 6_000 - canary.length, v2: canary.length });
    expect(Math.min(...canary.map(({ at }) => at))).toBeGreaterThanOrEqual(
      Date.parse(tree.rollout.startedAt),
    );
    expect(canary.length / 4_500).toBeGreaterThan(0.14);
    expect(canary.length / 4_500).toBeLessThan(0.26);
    const canaryUsers = new Set(canary.map(({ tags }) => tags.user));
    const later = records.filter(({ at }) => at >= Date.parse(tree.rollout.startedAt));
    expect(later.every(({ tags }) => (tags.variant === "v2") === canaryUsers.has(tags.user))).toBe(true);
    expect(rateOf(records, "v2", failed)).toBeLessThan(0.02);
  });

  it("raises the canary's errors to about 15 %", async () => {
    const { tree, records } = await write("errors", "errors");
    expect(Math.abs(rateOf(records, "v2", failed) - 0.15)).toBeLessThan(0.05);
    expect(rateOf(records, "v1", failed)).toBeLessThan(0.012);
    expect((tree.errors.v1 ?? 0) + (tree.errors.v2 ?? 0)).toBe(records.filter(failed).length);
  });

  it("triples the canary's tokens", async () => {
    const { records } = await write("cost", "cost");
    const ratio = meanTokens(records, "v2") / meanTokens(records, "v1");
    expect(Math.abs(ratio - 3)).toBeLessThan(0.2);
    expect(rateOf(records, "v2", failed)).toBeLessThan(0.02);
  });

  it("differs from a healthy tree only in the canary's answers when quality breaks", async () => {
    const healthy = await write("healthy", "none", { records: 2_000 });
    const broken = await write("quality", "quality", { records: 2_000 });
    const changed = healthy.records.filter((one, index) => {
      const other = broken.records[index];
      return JSON.stringify(one.output) !== JSON.stringify(other?.output);
    });
    expect(changed.length).toBeGreaterThan(50);
    expect(changed.every(({ tags, at }) => tags.variant === "v2" && at >= BAD_FROM)).toBe(true);
  });

  it("can write several objects an hour, and gives the same bytes for the same seed", async () => {
    const first = await write("a", "none", { records: 800, days: 2, objectsPerHour: 4 });
    const again = await write("b", "none", { records: 800, days: 2, objectsPerHour: 4 });
    const other = await write("c", "none", { records: 800, days: 2, objectsPerHour: 4, seed: 12 });
    expect(first.tree.objects).toBeGreaterThan(100);
    expect(await digest(first.dir)).toBe(await digest(again.dir));
    expect(await digest(first.dir)).not.toBe(await digest(other.dir));
  });
});

describe("duplicateTree", () => {
  it("writes every object a second time under another name", async () => {
    const { dir, tree } = await write("twice", "none", { records: 200, days: 1 });
    expect(await duplicateTree(dir)).toBe(tree.objects);
    const all = await files(dir);
    expect(all.length).toBe(2 * tree.objects);
    expect(new Set(all.map(({ bytes }) => bytes.toString("base64"))).size).toBe(tree.objects);
  });
});
