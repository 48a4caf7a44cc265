import type { LakeRow } from "@bellwether/core/lake/tables";
import { createPriceBook, type PriceBook } from "@bellwether/core/prices/price-book";
import {
  type RepriceDeps,
  type RequestsOfSpan,
  repriceRequests,
} from "@bellwether/core/prices/reprice-requests";
import { fullRow, isKnown } from "@bellwether/core/requests/request-item";
import { foldItems } from "@bellwether/core/windows/fold";
import { total } from "@bellwether/core/windows/histogram";
import { describe, expect, it } from "vitest";
import {
  Crash,
  type CrashPoint,
  crashing,
  deliver,
  depsOf,
  emptyWorld,
  itemsOf,
  rowsOf,
  type World,
} from "../ingest/memory-world.ts";
import { DELIVERED_AT, recordLine } from "../ingest/record-line.ts";

const KEY = "AWSLogs/a.json.gz";
const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6";
const HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
const LINES = [
  recordLine("r1"),
  recordLine("r2", { requestMetadata: { app: "shop", user: "bob", variant: "v2" } }),
  recordLine("profile", { modelId: PROFILE }),
  recordLine("judge", { requestMetadata: { app: "bellwether-judge" } }),
  recordLine("failed", { errorCode: "ThrottlingException", input: undefined, output: undefined }),
];

/** The book that ingest used, and one in which Haiku costs twice as much and the profile is mapped. */
const old = createPriceBook();
const today = createPriceBook({
  profiles: { [PROFILE]: `us.${HAIKU}` },
  prices: [
    {
      model: "anthropic.claude-haiku-4-5",
      tier: "regional",
      input: 2.2,
      output: 11,
      validFrom: "2026-01-01",
      source: "x",
    },
  ],
});

async function ingested(): Promise<World> {
  const world = emptyWorld();
  world.objects.set(KEY, LINES.map((line) => `${line}\n`).join(""));
  await deliver(world, KEY);
  return world;
}

function repriceDeps(world: World, crash?: CrashPoint): RepriceDeps {
  const write = crashing(world, crash);
  const { putWindowItems, writeLake, newToken } = depsOf(world, undefined, write);
  return {
    putWindowItems,
    writeLake,
    newToken,
    getRequest: async (id) => world.requests.get(id),
    saveRepriced: (id, rev, cost) =>
      write("saveRepriced", () => {
        const known = world.requests.get(id);
        if (known?.source === undefined || known.rev !== rev) return undefined;
        const item = { ...known, repriced: cost, rev: rev + 1 };
        world.requests.set(id, item);
        return item;
      }),
  };
}

/** Rows of the lake by request: the latest revision, and the first. */
function spanOf(world: World): RequestsOfSpan {
  const rows = rowsOf(world, "requests_log").toSorted((a, b) => Number(a.rev) - Number(b.rev));
  const latest = new Map(rows.map((row) => [String(row.request_id), row]));
  const first = new Map(
    rows
      .toReversed()
      .map((row) => [
        String(row.request_id),
        { rev: Number(row.rev), picoUsd: (row.cost_pico_usd as number | undefined) ?? null },
      ]),
  );
  return { rows: [...latest.values()], first };
}

const reprice = (world: World, prices: PriceBook, crash?: CrashPoint, windowsFrom = 0) =>
  repriceRequests(
    spanOf(world),
    { prices, partName: (...identity) => identity.join(" "), now: DELIVERED_AT, windowsFrom },
    repriceDeps(world, crash),
  );

/** What the windows say of the app: cost, unpriced, and how many calls the histogram of cost has. */
function windowsOf(world: World) {
  const sum = { costPicoUsd: 0, unpriced: 0, n: 0, inHistogram: 0 };
  for (const { tally } of foldItems(itemsOf(world)).values()) {
    sum.costPicoUsd += tally.counts.costPicoUsd;
    sum.unpriced += tally.counts.unpriced;
    sum.n += tally.counts.n;
    sum.inHistogram += total(tally.cost);
  }
  return sum;
}
const costs = (world: World): Record<string, unknown> =>
  Object.fromEntries(spanOf(world).rows.map((row: LakeRow) => [row.request_id, row.cost_pico_usd ?? null]));

/** 12 tokens in, 5 out: Haiku 4.5 in a geography at 1.10 and 5.50, then at twice that. */
const [BEFORE, AFTER] = [12 * 1_100_000 + 5 * 5_500_000, 2 * (12 * 1_100_000 + 5 * 5_500_000)];
const REPRICED = { r1: AFTER, r2: AFTER, profile: AFTER, judge: AFTER, failed: 0 };
const REPRICED_WINDOWS = { costPicoUsd: 3 * AFTER, unpriced: 0, n: 4, inHistogram: 3 };

describe("repricing requests", () => {
  it("lets lake, request items and windows follow, without the judge's own calls in the windows", async () => {
    const world = await ingested();
    expect(windowsOf(world)).toEqual({ costPicoUsd: 2 * BEFORE, unpriced: 1, n: 4, inHistogram: 2 });
    const repricings = await reprice(world, today);
    expect(repricings.map(({ kind }) => kind).toSorted()).toEqual([
      "repriced",
      "repriced",
      "repriced",
      "repriced",
      "unchanged",
    ]);
    expect(costs(world)).toEqual(REPRICED);
    expect(windowsOf(world)).toEqual(REPRICED_WINDOWS);
  });

  it("twice is once", async () => {
    const world = await ingested();
    await reprice(world, today);
    const before = structuredClone({ lake: world.lake, windows: world.windows });
    const calls = world.calls.length;
    const again = await reprice(world, today);
    expect(again.every(({ kind }) => kind === "unchanged")).toBe(true);
    expect({ lake: world.lake, windows: world.windows }).toEqual(before);
    // Corrections that still stand are written again, to the same values.
    expect(world.calls.slice(calls)).toEqual(["putWindowItems"]);
  });

  it("is healed by the next run wherever it was cut off", async () => {
    for (let at = 0; at < 6; at++) {
      for (const after of [false, true]) {
        const world = await ingested();
        await expect(reprice(world, today, { at, after })).rejects.toThrow(Crash);
        await reprice(world, today);
        expect(costs(world), `write ${at}`).toEqual(REPRICED);
        expect(windowsOf(world), `write ${at}`).toEqual(REPRICED_WINDOWS);
        await reprice(world, today);
        expect(windowsOf(world), `write ${at}`).toEqual(REPRICED_WINDOWS);
      }
    }
  });

  it("takes its correction back when the first price is right again", async () => {
    const world = await ingested();
    await reprice(world, today);
    await reprice(world, old);
    // The profile keeps the price that the old book does not know.
    expect(costs(world)).toMatchObject({ r1: BEFORE, r2: BEFORE, profile: AFTER });
    expect(windowsOf(world)).toEqual({ costPicoUsd: 2 * BEFORE + AFTER, unpriced: 0, n: 4, inHistogram: 3 });
  });

  it("is carried on by what feedback writes later, and not counted again by an object delivered again", async () => {
    const world = await ingested();
    await reprice(world, today);
    const item = world.requests.get("r1");
    if (item === undefined || !isKnown(item)) throw new Error("r1 is not known");
    expect(fullRow({ ...item, rev: item.rev + 1 })).toMatchObject({
      cost_pico_usd: AFTER,
      input_pico_usd: AFTER - 2 * 5 * 5_500_000,
      rev: 3,
    });
    await deliver(world, KEY);
    expect(costs(world)).toEqual(REPRICED);
    expect(windowsOf(world)).toEqual(REPRICED_WINDOWS);
    // The first rows of the lake are gone now; the items still know what the windows counted.
    await reprice(world, today);
    expect(windowsOf(world)).toEqual(REPRICED_WINDOWS);
    await reprice(world, old);
    expect(windowsOf(world).costPicoUsd).toBe(2 * BEFORE + AFTER);
  });

  it("does not overtake feedback: an item that changed since the lake was read is priced at its own revision", async () => {
    const world = await ingested();
    const known = world.requests.get("r1");
    if (known === undefined) throw new Error("r1 is not known");
    world.requests.set("r1", { ...known, rev: 5, interactionKey: "i" });
    await reprice(world, today);
    expect(world.requests.get("r1")).toMatchObject({ rev: 6, interactionKey: "i" });
    expect(spanOf(world).rows.find((row) => row.request_id === "r1")).toMatchObject({
      rev: 6,
      cost_pico_usd: AFTER,
    });
  });

  it("prices a request whose item has expired in the lake alone", async () => {
    const world = await ingested();
    world.requests.clear();
    await reprice(world, today);
    expect(costs(world)).toEqual(REPRICED);
    expect(world.requests.size).toBe(0);
    expect(windowsOf(world)).toEqual(REPRICED_WINDOWS);
  });

  it("leaves windows alone that may have lost their items", async () => {
    const world = await ingested();
    const windows = structuredClone(world.windows);
    await reprice(world, today, undefined, DELIVERED_AT);
    expect(costs(world)).toEqual(REPRICED);
    expect(world.windows).toEqual(windows);
  });
});
