import { randomUUID } from "node:crypto";
import { claimRequest, getRequest, saveRepriced } from "@bellwether/aws/requests-table";
import { putWindowItems, readBucket } from "@bellwether/aws/windows-table";
import { repriceStage } from "@bellwether/cli/reprice/reprice-stage";
import { run } from "@bellwether/cli/reprice-command";
import type { LakeRow } from "@bellwether/core/lake/tables";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { parseRecord } from "@bellwether/core/records/parse";
import { fullRow, isKnown } from "@bellwether/core/requests/request-item";
import { requestRow } from "@bellwether/core/requests/row";
import { bucketOf } from "@bellwether/core/windows/bucket";
import { countRequest } from "@bellwether/core/windows/count-requests";
import { foldItems } from "@bellwether/core/windows/fold";
import type { CountItem } from "@bellwether/core/windows/items";
import { appendPart } from "@bellwether/local/lake/append-part";
import { openLake } from "@bellwether/local/lake/open-lake";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { knownRequest, SAMPLED_OUT } from "../core/requests/known-request.ts";
import { chatRecord } from "../support/chat-record.ts";
import { startTables } from "../support/local-tables.ts";
import { recordingIo } from "../support/recording-io.ts";
import { temporaryFolder } from "../support/run-bellwether.ts";

const AT = Date.parse("2026-10-06T08:02:00Z");
const NOW = Date.parse("2026-10-20T00:00:00Z");
const old = createPriceBook();
const today = createPriceBook({
  prices: [
    {
      model: "anthropic.claude-haiku-4-5",
      tier: "regional",
      input: 2.2,
      output: 11,
      validFrom: "2026-01-01",
      source: "contract",
    },
  ],
});
/** 10 tokens in and 5 out, at 1.10 and 5.50, then at twice that. */
const BEFORE = 10 * 1_100_000 + 5 * 5_500_000;

let tables: Awaited<ReturnType<typeof startTables>>;
const folder = temporaryFolder("stage");
beforeAll(async () => {
  tables = await startTables("requests", "windows", "state");
});
afterAll(async () => {
  folder.remove();
  await tables.stop();
});

/** What ingest does with one record, against the tables and a lake on disk. */
async function ingest(id: string): Promise<void> {
  const parsed = parseRecord(chatRecord({ id, at: AT, variant: "v1" }));
  if (!parsed.ok) throw new Error("the fixture is no record");
  const { model, usage, at, region } = parsed.value;
  const row = requestRow(parsed.value, old.price(model, usage, at, { failed: false, region }), {
    key: "a.gz",
    line: 1,
  });
  const claim = { requestId: id, source: "a.gz#1", bodyHash: "h", row, decision: SAMPLED_OUT };
  const claimed = await claimRequest(claim, NOW);
  if (claimed.kind !== "claimed" || !isKnown(claimed.item)) throw new Error("not claimed");
  const whole = fullRow(claimed.item);
  await appendPart(folder.dir, "requests_log", id, [whole]);
  const items = new Map<string, CountItem>();
  countRequest(items, whole, AT, id);
  await putWindowItems([...items.values()], randomUUID(), NOW);
}

async function reprice(prices = today, dryRun = false) {
  const lake = await openLake(folder.dir);
  try {
    return await repriceStage(
      {
        from: "2026-10-01",
        until: "2026-10-19",
        prices,
        dryRun,
        now: NOW,
        onProgress: () => undefined,
        signal: new AbortController().signal,
      },
      {
        getRequest,
        saveRepriced,
        putWindowItems,
        newToken: randomUUID,
        writeLake: (table, part, rows) => appendPart(folder.dir, table, part, rows),
        runSql: async (sql) => ({
          rows: (await lake.runSql(sql)).rows as (readonly (string | number | null)[])[],
        }),
      },
    );
  } finally {
    lake.close();
  }
}

const bucketCost = async (): Promise<number> =>
  [...foldItems(await readBucket("shop", bucketOf(AT))).values()].reduce(
    (sum, { tally }) => sum + tally.counts.costPicoUsd,
    0,
  );
async function lakeRows(): Promise<LakeRow[]> {
  const lake = await openLake(folder.dir);
  try {
    const { rows } = await lake.runSql("select request_id, cost_pico_usd, rev from requests order by 1");
    return rows.map(([request_id, cost_pico_usd, rev]) => ({ request_id, cost_pico_usd, rev }) as LakeRow);
  } finally {
    lake.close();
  }
}

describe("repricing a deployed stage", () => {
  it("moves request items, windows and lake once, however often it runs", async () => {
    await ingest("r-1");
    await ingest("r-2");
    expect(await bucketCost()).toBe(2 * BEFORE);
    const dry = await reprice(today, true);
    expect([...dry.byModel.values()]).toMatchObject([{ requests: 2, repriced: 2 }]);
    expect(await bucketCost()).toBe(2 * BEFORE);

    for (const repriced of [2, 0]) {
      const { byModel } = await reprice();
      expect([...byModel.values()]).toMatchObject([{ requests: 2, repriced }]);
      expect(await bucketCost()).toBe(4 * BEFORE);
      expect(await lakeRows()).toEqual([
        { request_id: "r-1", cost_pico_usd: 2 * BEFORE, rev: 2 },
        { request_id: "r-2", cost_pico_usd: 2 * BEFORE, rev: 2 },
      ]);
    }
    const item = await getRequest("r-1");
    if (item === undefined || !isKnown(item)) throw new Error("r-1 is not known");
    expect(fullRow(item)).toMatchObject({ cost_pico_usd: 2 * BEFORE, rev: 2 });
    expect(item.row.cost_pico_usd).toBe(BEFORE);

    await reprice(old);
    expect(await bucketCost()).toBe(2 * BEFORE);
  });

  it("stores another cost only on the revision that was read, and on no item that is gone", async () => {
    const cost = [1, 2, 3, 4, 5, "v"] as const;
    expect(await saveRepriced("never-seen", 1, cost)).toBeUndefined();
    const { row } = knownRequest();
    await claimRequest(
      { requestId: "r-9", source: "b.gz#1", bodyHash: "h", row, decision: SAMPLED_OUT },
      NOW,
    );
    expect(await saveRepriced("r-9", 2, cost)).toBeUndefined();
    expect(await saveRepriced("r-9", 1, cost)).toMatchObject({ rev: 2, repriced: cost });
    expect(await saveRepriced("r-9", 1, cost)).toBeUndefined();
  });

  it("needs a lake or the names of a stage", async () => {
    await expect(run(["--from", "2026-10-06"], recordingIo())).rejects.toThrow(
      "--out DIR is missing, and so is environment variable LAKE_BUCKET",
    );
  });
});
