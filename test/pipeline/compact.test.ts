import type { Gauge } from "@bellwether/core/metrics";
import type { Context } from "aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import type { makeHandler as MakeHandler } from "../../functions/compact.ts";
import { memoryParts, PowerCut } from "../support/memory-parts.ts";

const OLD = "2026-11-06T07:10:00.000Z";
const TICK = { time: "2026-11-10T12:00:00Z" };
let makeHandler: typeof MakeHandler;

beforeAll(async () => {
  process.env.BELLWETHER_CONFIG = JSON.stringify({ apps: ["bot"] });
  ({ makeHandler } = await import("../../functions/compact.ts"));
});

function world(held: boolean, millisLeft: number, effects?: number) {
  const parts = memoryParts(effects === undefined ? {} : { effects });
  for (const part of ["a", "b", "c"])
    parts.put("requests_log", OLD, part, [{ request_id: part, at: OLD, rev: 1 }]);
  const gauges: Gauge[] = [];
  const leases: string[] = [];
  const handler = makeHandler({
    ...parts.deps,
    takeLakeLease: async () => leases.push("taken") > 0 && !held,
    releaseLakeLease: async () => void leases.push("released"),
    putGauges: async (more) => void gauges.push(...more),
  });
  const context = { awsRequestId: "r", getRemainingTimeInMillis: () => millisLeft } as Context;
  const values = () => Object.fromEntries(gauges.map(({ metric, value }) => [metric, value]));
  return { parts, leases, values, run: () => handler(TICK, context) };
}

describe("compact", () => {
  it("merges, says what it did and gives the lake back; the same tick again does nothing", async () => {
    const { parts, leases, values, run } = world(false, 900_000);
    expect(await run()).toEqual({ settledUntil: "2026-11-11T12:00:00.000Z" });
    expect(values()).toEqual({ LakePartsMerged: 3, LakePartsLeft: 0, DetectorTicks: 1 });
    expect([parts.objects.size, leases]).toEqual([1, ["taken", "released"]]);
    await run();
    expect(values()).toMatchObject({ LakePartsMerged: 0 });
  });

  it("touches nothing while somebody else rewrites the lake", async () => {
    const { parts, leases, values, run } = world(true, 900_000);
    await expect(run()).rejects.toThrow("somebody else is rewriting the lake");
    expect([parts.objects.size, parts.log, values(), leases]).toEqual([3, [], {}, ["taken"]]);
  });

  it("begins no batch shortly before its time is over", async () => {
    const { parts, values, run } = world(false, 80_000);
    await run();
    expect([parts.log, values().LakePartsLeft]).toEqual([[], 3]);
  });

  it("gives the lake back when it fails", async () => {
    const { parts, leases, values, run } = world(false, 900_000, 1);
    await expect(run()).rejects.toThrow(PowerCut);
    expect([parts.objects.size, leases, values()]).toEqual([4, ["taken", "released"], {}]);
  });
});
