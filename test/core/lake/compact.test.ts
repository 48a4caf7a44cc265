import { partName } from "@bellwether/aws/lake";
import { encodeParquet } from "@bellwether/aws/parquet";
import { rowCount } from "@bellwether/aws/parquet-reader";
import { compactLake } from "@bellwether/core/lake/compact";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { describe, expect, it } from "vitest";
import { foreignPart } from "../../support/foreign-part.ts";
import { type MemoryParts, memoryParts, PowerCut } from "../../support/memory-parts.ts";

const NOW = Date.UTC(2026, 10, 10, 12);
const OLD = "2026-11-06T07:10:00.000Z";
const STAGE = { lagMs: 15 * 60_000, partName };

const QUESTIONS = [
  "select request_id, outcome, rev, cost_pico_usd, latency_ms, pi from requests order by request_id",
  "select request_id, metric, score, status from evaluations order by request_id, metric",
  "select count(*), sum(cost_pico_usd) from requests",
];

const request = (i: number, rev = 1): LakeRow => ({
  request_id: `r-${i}`,
  at: OLD,
  app: "bot",
  outcome: rev > 1 ? "judged" : "queued",
  cost_pico_usd: 1_000 * i,
  latency_ms: i / 3,
  pi: 0.02,
  rev,
});

/** Five parts of requests with repeats and revisions, two of evaluations. */
function seeded(parts: MemoryParts): MemoryParts {
  parts.put("requests_log", OLD, "a", [request(1), request(2)]);
  parts.put("requests_log", OLD, "b", [request(3), request(1, 2)]);
  parts.put("requests_log", OLD, "c", [request(1), request(4)]);
  parts.put("requests_log", OLD, "d", [request(4, 3), request(2)]);
  parts.put("requests_log", OLD, "e", [request(5)]);
  const score = (i: number, rev: number) => ({
    request_id: `r-${i}`,
    metric: "quality",
    at: OLD,
    status: "scored",
    score: rev / 10,
    rev,
  });
  parts.put("evaluations_log", OLD, "a", [score(1, 1), score(2, 1)]);
  parts.put("evaluations_log", OLD, "b", [score(1, 2)]);
  return parts;
}

/** Rows of every object, in no order. */
async function contents({ objects, deps }: MemoryParts): Promise<string[][]> {
  const parts = await Promise.all([...objects.values()].map(({ bytes }) => deps.decode(bytes)));
  return parts.map(({ rows }) => rows.map((row) => JSON.stringify(row)).sort()).sort();
}

describe("compactLake", () => {
  it("puts the parts of a closed hour into one and changes no answer", async () => {
    const parts = seeded(memoryParts());
    const before = await parts.answers(...QUESTIONS);
    const done = await compactLake(NOW, STAGE, parts.deps);
    expect(done).toEqual({
      merged: 7,
      written: 2,
      rows: 10,
      repeated: 2,
      changed: 0,
      unmergeable: [],
      left: 0,
    });
    expect([...parts.objects.keys()].map((key) => key.replace(/-[0-9a-f]{20}/, ""))).toEqual([
      "requests_log/dt=2026-11-06/hour=07/merged-7.parquet",
      "evaluations_log/dt=2026-11-06/hour=07/merged-3.parquet",
    ]);
    expect(await parts.answers(...QUESTIONS)).toEqual(before);
  });

  it("cut off after any write or delete, no answer changes and the next run ends it", async () => {
    const whole = seeded(memoryParts());
    const before = await whole.answers(...QUESTIONS);
    await compactLake(NOW, STAGE, whole.deps);
    for (let effects = 0; effects < whole.log.length; effects++) {
      const parts = seeded(memoryParts({ effects }));
      await expect(compactLake(NOW, STAGE, parts.deps)).rejects.toThrow(PowerCut);
      expect(await parts.answers(...QUESTIONS), `after ${effects}`).toEqual(before);
      const after = memoryParts();
      for (const [key, object] of parts.objects) after.objects.set(key, object);
      await compactLake(NOW, STAGE, after.deps);
      expect(await contents(after), `healed after ${effects}`).toEqual(await contents(whole));
    }
  });

  it("two at once leave the same answers, and a third run one part an hour", async () => {
    const parts = seeded(memoryParts());
    const before = await parts.answers(...QUESTIONS);
    await Promise.all([compactLake(NOW, STAGE, parts.deps), compactLake(NOW, STAGE, parts.deps)]);
    expect(await parts.answers(...QUESTIONS)).toEqual(before);
    await compactLake(NOW, STAGE, parts.deps);
    expect(parts.objects.size).toBe(2);
    expect(await parts.answers(...QUESTIONS)).toEqual(before);
  });

  it("deletes nothing that was written anew after it was read", async () => {
    let late = false;
    const parts: MemoryParts = seeded(
      memoryParts({
        hook: (what) => {
          if (late || !what.startsWith("delete requests_log")) return;
          late = true;
          // Redelivered feedback: the same part, another revision.
          parts.put("requests_log", OLD, "b", [request(3, 9)]);
        },
      }),
    );
    expect(await compactLake(NOW, STAGE, parts.deps)).toMatchObject({ merged: 6, changed: 1 });
    const ask = "select rev from requests where request_id = 'r-3'";
    expect(await parts.answers(ask)).toEqual(['[["9"]]']);
    expect(await compactLake(NOW, STAGE, parts.deps)).toMatchObject({ merged: 2, changed: 0 });
    expect(await parts.answers(ask)).toEqual(['[["9"]]']);
  });

  it("takes late parts into the merged one, and a second run does nothing", async () => {
    const parts = seeded(memoryParts());
    await compactLake(NOW, STAGE, parts.deps);
    parts.put("requests_log", OLD, "late", [request(2, 4)]);
    expect(await compactLake(NOW, STAGE, parts.deps)).toMatchObject({ merged: 2, written: 1, rows: 8 });
    const ends = parts.log.length;
    expect(await compactLake(NOW, STAGE, parts.deps)).toMatchObject({ merged: 0, written: 0 });
    expect(parts.log).toHaveLength(ends);
    expect(await parts.answers("select rev from requests where request_id = 'r-2'")).toEqual(['[["4"]]']);
  });

  it("leaves hours alone to which feedback may still come", async () => {
    const parts = memoryParts();
    for (const part of ["a", "b"]) {
      parts.put("requests_log", "2026-11-07T11:59:00.000Z", part, [request(1)]);
      parts.put("requests_log", "2026-11-07T10:59:00.000Z", part, [request(1)]);
    }
    await compactLake(NOW, STAGE, parts.deps);
    expect([...parts.objects.keys()].filter((key) => key.includes("hour=11"))).toHaveLength(2);
    expect([...parts.objects.keys()].filter((key) => key.includes("hour=10"))).toHaveLength(1);
  });

  it("keeps to 10,000 rows a part", async () => {
    const parts = memoryParts();
    const many = (from: number) =>
      Array.from({ length: 4_000 }, (_, i) => ({ source_key: `k-${from + i}`, at: OLD }));
    for (const part of [0, 1, 2, 3, 4]) parts.put("objects_log", OLD, `p${part}`, many(part * 4_000));
    await compactLake(NOW, STAGE, parts.deps);
    expect([...parts.objects.values()].map(({ bytes }) => rowCount(bytes))).toEqual([8_000, 8_000, 4_000]);
    // The last one alone has room: nothing to do.
    expect(await compactLake(NOW, STAGE, parts.deps)).toMatchObject({ written: 0 });
  });

  it("stops when time runs out and says what is left", async () => {
    const parts = seeded(memoryParts());
    const deps = { ...parts.deps, outOfTime: () => parts.log.length > 0 };
    expect(await compactLake(NOW, STAGE, deps)).toMatchObject({ written: 1, merged: 5, left: 2 });
  });

  it("deletes nothing when the new part cannot be read back whole", async () => {
    const parts = seeded(memoryParts());
    const writePart = async () => undefined;
    await expect(compactLake(NOW, STAGE, { ...parts.deps, writePart })).rejects.toThrow("nothing is deleted");
    expect(parts.objects.size).toBe(7);
  });
});

describe("parts of other releases", () => {
  const KEY = "feedback_log/dt=2026-11-06/hour=07";
  const today = encodeParquet("feedback_log", [
    { feedback_id: "f-0", at: OLD, kind: "thumbs", negative: true, rev: 1 },
  ]);

  it("an old one that lacks a column and a newer one that has one more merge and read as before", async () => {
    const parts = memoryParts();
    parts.putBytes(`${KEY}/new.parquet`, today);
    const rev = "cast(1 as bigint) as rev";
    parts.putBytes(`${KEY}/old.parquet`, await foreignPart(`select 'f-1' as feedback_id, ${rev}`));
    parts.putBytes(
      `${KEY}/newer.parquet`,
      await foreignPart(`select 'f-2' as feedback_id, ${rev}, 'fine' as mood`),
    );
    const ask = "select feedback_id, kind, negative, rev from feedback order by feedback_id";
    const before = await parts.answers(ask);
    expect(before).toEqual(['[["f-0","thumbs",true,"1"],["f-1",null,null,"1"],["f-2",null,null,"1"]]']);
    expect(await compactLake(NOW, STAGE, parts.deps)).toMatchObject({ merged: 3, written: 1, rows: 3 });
    expect(await parts.answers(ask)).toEqual(before);
    const [merged] = [...parts.objects.values()];
    const { columns, rows } = await parts.deps.decode(merged?.bytes ?? new Uint8Array());
    expect(columns.at(-1)).toEqual({ name: "mood", type: "string" });
    expect(rows.find(({ feedback_id }) => feedback_id === "f-2")?.mood).toBe("fine");
  });

  it.each([
    ["damaged", async () => new TextEncoder().encode("not parquet at all")],
    ["with a retyped column", () => foreignPart("select '1' as rev")],
    ["with a column of a foreign type", () => foreignPart("select timestamp '2026-11-06 07:00:00' as seen")],
  ])("one that is %s stays where it is and is named", async (_, make) => {
    const bytes = await make();
    const parts = memoryParts();
    parts.putBytes(`${KEY}/odd.parquet`, bytes);
    for (const part of ["a", "b"]) parts.putBytes(`${KEY}/${part}.parquet`, today);
    const { unmergeable, written } = await compactLake(NOW, STAGE, parts.deps);
    expect(unmergeable.map(({ key }) => key)).toEqual([`${KEY}/odd.parquet`]);
    expect(parts.objects.get(`${KEY}/odd.parquet`)?.bytes).toBe(bytes);
    // Its neighbours are merged all the same.
    expect([written, parts.objects.size]).toEqual([1, 2]);
  });
});
