import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@bellwether/cli/arguments";
import { run as query } from "@bellwether/cli/query-command";
import { run } from "@bellwether/cli/review-command";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lakeOf, type Person, reviewedPopulation } from "../core/review/reviewed-population.ts";
import { recordingIo } from "../support/recording-io.ts";
import { writeTemporaryLake } from "../support/temporary-lake.ts";

const BIAS = 0.05;
const { judged, truth } = reviewedPopulation({
  seed: 21,
  requests: 12_000,
  days: 6,
  bias: BIAS,
  labelRate: 200 / 12_000,
});
const drawn = judged.filter(({ rho }) => rho !== undefined);
let out: string;

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "review-"));
  const { reviews_log: _, ...rest } = lakeOf(judged);
  renameSync(writeTemporaryLake(rest), join(out, "lake"));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const lineOf = ({ requestId, truth: label, at }: Person, reviewer = "ann") =>
  JSON.stringify({ requestId, reviewer, label, at: new Date(at + 3_600_000).toISOString() });
function fileOf(name: string, ...lines: readonly string[]): string {
  const file = join(out, name);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}
async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  const io = recordingIo();
  expect(await run([...args, "--out", out, "--json"], io)).toBe(0);
  return JSON.parse(io.written.stdout) as Record<string, unknown>;
}
async function quality(): Promise<Record<string, number>> {
  const io = recordingIo();
  const sql =
    "with weighted as (select app, sum(score / pi) / sum(1 / pi) as raw from evaluations group by app) select raw from weighted";
  await query([sql, "--out", out, "--json"], io);
  return (JSON.parse(io.written.stdout) as { rows: Record<string, number>[] }).rows[0] ?? {};
}
/** DuckDB adds in any order: what is left after ten digits is nobody's. */
const rounded = (rows: readonly Record<string, unknown>[]) =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === "number" ? Number(value.toPrecision(10)) : value,
      ]),
    ),
  );
async function byVariant(): Promise<Record<string, number>[]> {
  const io = recordingIo();
  await query(["--saved", "quality-by-variant", "--out", out, "--json"], io);
  return (JSON.parse(io.written.stdout) as { rows: Record<string, number>[] }).rows;
}

describe("bellwether review", () => {
  it("lists what waits for a person, never what the judge said", async () => {
    const list = await json("--reviewer", "ann");
    expect(list).toMatchObject({ tasks: drawn.length, labelled: 0, open: drawn.length, metric: "quality" });
    const [first] = list.queue as Record<string, unknown>[];
    expect(Object.keys(first ?? {}).sort()).toEqual(["app", "at", "need", "reasons", "requestId"]);
  });

  it("has no corrected mean before the first label", async () => {
    for (const row of await byVariant()) expect(row).toMatchObject({ corrected_mean: null, labels: 0 });
    expect(await json("agreement")).toEqual({ agreement: [] });
  });

  it("200 scripted labels move the mean onto the truth, and the judge's own stays off it", async () => {
    const file = fileOf("labels.jsonl", ...drawn.map((one) => lineOf(one)));
    const { imported, agreement } = await json("--labels", file);
    expect(drawn.length).toBeGreaterThan(160);
    expect(imported).toEqual({ read: drawn.length, kept: drawn.length, unknown: 0 });
    const [found] = agreement as Record<string, Record<string, number>>[];
    expect(found).toMatchObject({
      metric: "quality",
      status: "known",
      labels: drawn.length,
      warnings: ["biased"],
    });
    expect(Math.abs((found?.bias?.value ?? 0) - BIAS)).toBeLessThan(0.015);
    expect(found?.bias?.low).toBeGreaterThan(0);
    const { raw = 0 } = await quality();
    expect(raw - truth).toBeGreaterThan(BIAS - 0.02);
    for (const row of await byVariant()) {
      if (row.corrected_mean === null || row.corrected_mean === undefined) continue;
      expect(Number(row.corrected_low)).toBeLessThan(truth);
      expect(Number(row.corrected_high)).toBeGreaterThan(truth);
      expect(Number(row.low)).toBeGreaterThan(truth);
    }
  });

  it("imported again, changes nothing", async () => {
    const before = [rounded(await byVariant()), await json("agreement")];
    await json("--labels", join(out, "labels.jsonl"));
    expect([rounded(await byVariant()), await json("agreement")]).toEqual(before);
    expect(await json("--reviewer", "ann")).toMatchObject({ labelled: drawn.length, open: 0 });
  });

  it("lets the last label of a person count, and a later person be the second", async () => {
    const [one] = drawn;
    if (one === undefined) throw new Error("nobody drawn");
    const at = (hour: number) => new Date(one.at + hour * 3_600_000).toISOString();
    const { requestId } = one;
    const file = fileOf(
      "more.jsonl",
      JSON.stringify({ requestId, reviewer: "bob", label: 1, at: at(30) }),
      JSON.stringify({ requestId, reviewer: "bob", label: 0, at: at(31), comment: "on second thoughts" }),
      JSON.stringify({ requestId: "never-asked", reviewer: "bob", label: 0 }),
    );
    expect((await json("--labels", file)).imported).toEqual({ read: 3, kept: 1, unknown: 1 });
    const io = recordingIo();
    const sql = `select reviewer, label, second, escalated, comment from reviews where request_id = '${requestId}' order by reviewer`;
    await query([sql, "--out", out, "--json"], io);
    expect((JSON.parse(io.written.stdout) as { rows: unknown }).rows).toEqual([
      { reviewer: "ann", label: one.truth, second: false, escalated: false, comment: null },
      { reviewer: "bob", label: 0, second: true, escalated: false, comment: "on second thoughts" },
    ]);
  });

  it("shows agreement as a table with advice", async () => {
    const io = recordingIo();
    expect(await run(["agreement", "--out", out], io)).toBe(0);
    expect(io.written.stdout).toMatch(/weighted kappa/);
    expect(io.written.stdout).toMatch(/is off people's mean by more than 0\.03/);
  });

  it.each([
    [["labels"], /unexpected "labels"/],
    [["--reviewer", "eve", "--labels", "nowhere.jsonl"], /cannot be read \(ENOENT\)/],
    [["agreement", "twice"], /unexpected "twice"/],
  ])("refuses %j with one line", async (args, message) => {
    await expect(run([...args, "--out", out], recordingIo())).rejects.toThrow(message);
    await expect(run([...args, "--out", out], recordingIo())).rejects.toBeInstanceOf(UsageError);
  });

  it.each([
    ["not json", /bad\.jsonl:2 is not JSON/],
    ['{"requestId":"a","reviewer":"x","label":2}', /bad\.jsonl:2: label:/],
    ['{"requestId":"a","label":1}', /bad\.jsonl:2: reviewer:/],
  ])("refuses the label %s with its line", async (line, message) => {
    const file = fileOf("bad.jsonl", '{"requestId":"a","reviewer":"x","label":1}', line);
    await expect(run(["--labels", file, "--out", out], recordingIo())).rejects.toThrow(message);
  });

  it("needs a stage when there is no folder", async () => {
    await expect(run(["--app", "bot"], recordingIo())).rejects.toThrow(/REVIEWS_TABLE/);
  });
});
