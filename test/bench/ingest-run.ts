import { createReadStream } from "node:fs";
import { partName } from "@bellwether/aws/lake";
import { linesOf } from "@bellwether/aws/log-lines";
import { encodeParquet } from "@bellwether/aws/parquet";
import { parseConfig } from "@bellwether/core/config/config";
import type { Claim, ClaimResult, IngestDeps } from "@bellwether/core/ingest/deps";
import { type IngestReport, ingestObject } from "@bellwether/core/ingest/ingest-object";
import { type LakeRow, type LakeTable, partitionOf } from "@bellwether/core/lake/tables";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { DELIVERED_AT } from "./log-file.ts";

const config = parseConfig({ apps: ["support-bot"] });
const stage = { config, prices: createPriceBook(config), partName };

async function claimed({ requestId, source, row, decision }: Claim): Promise<ClaimResult> {
  return { kind: "claimed", item: { requestId, source, row, decision, rev: 1, votes: [] } };
}

/** What `writeLake` does before it sends: rows by hour, one Parquet file each. */
async function encodeParts(table: LakeTable, _part: string, rows: readonly LakeRow[]): Promise<void> {
  const byHour = Map.groupBy(rows, (row) => partitionOf(Date.parse(String(row.at))));
  for (const group of byHour.values()) encodeParquet(table, group);
}

/** Everything but the network: a first delivery, with every user known before. */
function offlineDeps(file: string, parquet: boolean): IngestDeps {
  return {
    readLogObject: () => linesOf(createReadStream(file)),
    readOffloadedBody: async () => ({ ok: false, reason: "missing" }),
    getRollout: async () => undefined,
    getTopics: async () => undefined,
    embedText: async () => undefined,
    kappaRows: async () => [],
    claimNewUser: async () => "an-earlier-request",
    learnApp: async () => undefined,
    appsOf: async () => [],
    claimRequest: claimed,
    reviseDecision: async () => undefined,
    writeLake: parquet ? encodeParts : async () => undefined,
    putWindowItems: async () => undefined,
    sendToEvaluate: async () => undefined,
    newToken: () => "token",
  };
}

/** Ingests a log file as the function does, with the network left out; throws when it did not keep `records` records. */
export async function ingestFile(
  file: string,
  records: number,
  options: { readonly parquet: boolean },
): Promise<IngestReport> {
  const object = { key: "bench.json.gz", deliveredAt: DELIVERED_AT };
  const report = await ingestObject(object, stage, offlineDeps(file, options.parquet));
  if (report.kept !== records || report.read !== records) {
    throw new Error(`kept ${report.kept} of ${report.read} lines, the file has ${records} records`);
  }
  return report;
}
