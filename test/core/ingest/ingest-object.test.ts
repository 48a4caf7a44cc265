import { QUARANTINE_REASONS } from "@bellwether/core/records/rejection";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Crash, deliver, depsOf, earlyVote, emptyWorld, rowsOf, sums, type World } from "./memory-world.ts";
import { record, recordLine } from "./record-line.ts";

const KEY = "AWSLogs/a.json.gz";

function worldWith(lines: readonly string[], key = KEY): World {
  const world = emptyWorld();
  world.objects.set(key, lines.map((line) => `${line}\n`).join(""));
  return world;
}

const reasons = (world: World): unknown[] => rowsOf(world, "quarantine_log").map((row) => row.reason);

/** The state that redelivery must heal, without the order in which it came about. */
const stateOf = ({ requests, users, lake, windows, queued }: World) =>
  [requests, users, lake, windows, queued].map((map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)));

const THREE = [recordLine("r1"), recordLine("r2", { requestMetadata: { app: "shop", user: "bob" } }), "oops"];

describe("ingestObject", () => {
  it("keeps records, sets the unreadable aside with its bytes, ignores blank lines", async () => {
    const world = worldWith([recordLine("r1"), "", "{half", recordLine("r2")]);
    const report = await deliver(world, KEY);
    expect(report).toMatchObject({ read: 4, kept: 2, quarantined: 1, duplicate: 0, ignored: 1, unpriced: 0 });
    expect(
      rowsOf(world, "requests_log").map((row) => [row.request_id, row.source_key, row.source_line]),
    ).toEqual([
      ["r1", KEY, 1],
      ["r2", KEY, 4],
    ]);
    const [kept] = rowsOf(world, "quarantine_log");
    expect(kept).toMatchObject({ source_key: KEY, source_line: 3, reason: "not_json" });
    expect(Buffer.from(String(kept?.raw), "base64").toString()).toBe("{half");
    expect(sums(world)).toMatchObject({ n: 2, inputTokens: 24, outputTokens: 10, eligible: 2, newUsers: 1 });
  });

  it("takes its effects in the order items, lake, windows, queue", async () => {
    const world = worldWith(THREE);
    await deliver(world, KEY);
    expect(world.calls).toEqual([
      "claimNewUser",
      "claimNewUser",
      "claimRequest",
      "claimRequest",
      "writeLake requests_log",
      "writeLake quarantine_log",
      "putWindowItems",
      "sendToEvaluate",
      "writeLake objects_log",
    ]);
    expect([...world.queued]).toEqual([
      ["r1", 2],
      ["r2", 2],
    ]);
  });

  it("does not read a scrubbed object again: all its lines were counted when it was whole", async () => {
    const world = worldWith([recordLine("r1")]);
    const deps = depsOf(world);
    const scrubbed: typeof deps = {
      ...deps,
      async *readLogObject(key) {
        yield { kind: "scrubbed" };
        yield* deps.readLogObject(key);
      },
    };
    expect(await deliver(world, KEY, scrubbed)).toMatchObject({ read: 0, kept: 0, quarantined: 0 });
    expect(world.calls).toEqual([]);
    expect(world.lake.size).toBe(0);
  });

  it("writes the same parts again when it is delivered again", async () => {
    const world = worldWith(THREE);
    const first = await deliver(world, KEY);
    const before = structuredClone(stateOf(world));
    const second = await deliver(world, KEY);
    expect(second).toEqual(first);
    expect(stateOf(world)).toEqual(before);
  });

  it("ends in the same state after a crash before or after any effect and a redelivery", async () => {
    const calm = worldWith(THREE);
    await deliver(calm, KEY);
    const effects = calm.calls.length;
    for (let at = 0; at < effects; at++) {
      for (const after of [false, true]) {
        const world = worldWith(THREE);
        await expect(deliver(world, KEY, depsOf(world, { at, after }))).rejects.toBeInstanceOf(Crash);
        await deliver(world, KEY);
        expect(stateOf(world)).toEqual(stateOf(calm));
      }
    }
  });

  it("counts the same object under another name as duplicates, with the same sums to the last digit", async () => {
    const world = worldWith([recordLine("r1"), recordLine("r2")]);
    await deliver(world, KEY);
    const before = sums(world);
    world.objects.set("AWSLogs/b.json.gz", world.objects.get(KEY) ?? "");
    const report = await deliver(world, "AWSLogs/b.json.gz");
    expect(report).toMatchObject({ read: 2, kept: 0, duplicate: 2, quarantined: 0 });
    expect(sums(world)).toEqual(before);
    expect(rowsOf(world, "requests_log")).toHaveLength(2);
  });

  it("tells a repeated record from another record under the same id, also within one batch", async () => {
    const other = recordLine("r1", { timestamp: "2026-11-01T11:51:00Z" });
    const world = worldWith([recordLine("r1"), recordLine("r1"), other]);
    const report = await deliver(world, KEY);
    expect(report).toMatchObject({ kept: 1, duplicate: 1, quarantined: 1 });
    expect(rowsOf(world, "quarantine_log")).toMatchObject([{ reason: "id_conflict", source_line: 3 }]);
    expect(world.requests.get("r1")?.source).toBe(`${KEY}#1`);
  });

  it("reads every value of an array line and of glued objects", async () => {
    const world = worldWith([
      JSON.stringify([record("r1"), record("r2"), 7]),
      recordLine("r3") + recordLine("r4"),
    ]);
    const report = await deliver(world, KEY);
    expect(report).toMatchObject({ read: 5, kept: 4, quarantined: 1 });
    expect(reasons(world)).toEqual(["not_object"]);
    expect(rowsOf(world, "requests_log").map((row) => row.source_line)).toEqual([1, 1, 2, 2]);
  });

  it("stops after 10,000 unreadable lines and says so", async () => {
    const world = worldWith([recordLine("r1"), ...Array.from({ length: 10_500 }, () => "{}")]);
    const report = await deliver(world, KEY);
    expect(report).toMatchObject({ read: 10_002, kept: 1, quarantined: 10_001 });
    expect(reasons(world).at(-1)).toBe("too_many_lines");
    expect(rowsOf(world, "quarantine_log").at(-1)?.source_line).toBeNull();
  });

  it("closes a part every 10,000 values, so that no part outgrows its limit", async () => {
    const world = worldWith(Array.from({ length: 10_001 }, (_, i) => recordLine(`r${i}`)));
    const report = await deliver(world, KEY);
    expect(report).toMatchObject({ read: 10_001, kept: 10_001 });
    const parts = [...world.lake].filter(([key]) => key.startsWith("requests_log/"));
    expect(parts.map(([, rows]) => rows.length)).toEqual([10_000, 1]);
    expect(sums(world).n).toBe(10_001);
  });

  it("adds what an offloaded answer says; a foreign or missing one is filtered with its reason", async () => {
    const offloaded = (id: string, path: string): string =>
      recordLine(id, { output: { outputBodyS3Path: path, outputTokenCount: 5 } });
    const world = worldWith([
      offloaded("r1", "s3://logs/data/r1.json.gz"),
      offloaded("r2", "s3://elsewhere/data/r2.json.gz"),
      offloaded("r3", "s3://logs/data/r3.json.gz"),
    ]);
    const json = { output: { message: { content: [{ text: "Soon." }] } }, metrics: { latencyMs: 1_234 } };
    world.bodies.set("data/r1.json.gz", { ok: true, json });
    const report = await deliver(world, KEY);
    expect(report).toMatchObject({ kept: 3, bodiesUnreadable: 2 });
    expect(
      rowsOf(world, "requests_log").map((row) => [row.outcome, row.outcome_reason, row.latency_ms]),
    ).toEqual([
      ["queued", null, 1_234],
      ["filtered", "body_foreign_bucket", undefined],
      ["filtered", "body_missing", undefined],
    ]);
  });

  it("raises the decision at once when negative feedback came before the record", async () => {
    const world = worldWith([recordLine("r1"), recordLine("r2")]);
    world.requests.set("r1", earlyVote("r1", true));
    world.requests.set("r2", earlyVote("r2", false));
    await deliver(world, KEY);
    const [first, second] = rowsOf(world, "requests_log");
    expect(first).toMatchObject({ request_id: "r1", pi: 1, priority: 1, rev: 2 });
    expect(String(first?.rules).split(",")).toContain("negative_feedback");
    expect(String(second?.rules).split(",")).not.toContain("negative_feedback");
    expect(
      [...world.windows.values()].filter((item) => (item as { kind: string }).kind === "feedback"),
    ).toMatchObject([
      { requestId: "r1", negative: true },
      { requestId: "r2", negative: false },
    ]);
  });

  it("never judges or counts the judge's own calls, but keeps their rows", async () => {
    const world = worldWith([recordLine("j1", { requestMetadata: { app: "bellwether-judge" } })]);
    expect(await deliver(world, KEY)).toMatchObject({ kept: 1 });
    expect(rowsOf(world, "requests_log")).toMatchObject([
      { outcome: "filtered", outcome_reason: "loop_guard" },
    ]);
    expect([world.windows.size, world.queued.size]).toEqual([0, 0]);
  });

  it("names apps that the stage does not list, and unpriced models are counted, never $0", async () => {
    const world = worldWith([
      recordLine("r1", { requestMetadata: { app: "new" }, modelId: "acme.model-v1" }),
    ]);
    const report = await deliver(world, KEY);
    expect([...report.unconfiguredApps]).toEqual(["new"]);
    expect(report.unpriced).toBe(1);
    expect(rowsOf(world, "requests_log")[0]).not.toHaveProperty("cost_usd");
    expect(sums(world)).toMatchObject({ n: 1, unpriced: 1, costPicoUsd: 0 });
  });

  it("accounts for every value of any garbage, and keeps its good neighbours exactly once", async () => {
    const good = fc.nat({ max: 30 }).map((n) => recordLine(`g${n}`));
    const garbage = fc.oneof(
      fc.string().map((text) => text.replaceAll("\n", " ")),
      fc.json(),
      fc.constantFrom("", " ", "\r", "{", "[]", "null", "{}{}", "[{}]", '{"__proto__":{"x":1}}'),
      fc.constantFrom(
        recordLine("x1", { input: { inputTokenCount: -1 } }),
        recordLine("x2", { timestamp: "2020-01-01T00:00:00Z" }),
        recordLine("x3").slice(0, 200),
        recordLine("x4", { operation: "Guess" }),
      ),
      fc.nat({ max: 30 }).map((n) => recordLine(`g${n}`, { modelId: "other" })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(good, garbage), { maxLength: 40 }), async (lines) => {
        // A first line of just `{` would make one document of all of them.
        const world = worldWith(["", ...lines]);
        const report = await deliver(world, KEY);
        const { read, kept, quarantined, duplicate, ignored } = report;
        expect(read).toBe(kept + quarantined + duplicate + ignored);
        expect(read).toBeGreaterThan(lines.length);
        expect(rowsOf(world, "requests_log")).toHaveLength(kept);
        expect(rowsOf(world, "quarantine_log")).toHaveLength(quarantined);
        expect(sums(world).n).toBe(kept);
        expect(world.requests.size).toBe(kept);
        for (const reason of reasons(world)) expect(QUARANTINE_REASONS).toContain(reason);
        expect(rowsOf(world, "objects_log")).toMatchObject([{ lines_read: read, kept, quarantined }]);
      }),
      { numRuns: 100 },
    );
  });
});
