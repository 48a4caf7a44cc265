import { partName } from "@bellwether/aws/lake";
import type { LakeRow } from "@bellwether/core/lake/tables";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import { repriceRow } from "@bellwether/core/prices/reprice";
import { addRepricing, emptyRepriceTally, type RepriceTally } from "@bellwether/core/prices/reprice-tally";
import { isJudgeRow } from "@bellwether/core/requests/decision";
import { recostRollups } from "@bellwether/core/rollup/recost";
import { appendPart } from "@bellwether/local/lake/append-part";
import { type Lake, openLake } from "@bellwether/local/lake/open-lake";
import type { Repriced } from "./document.ts";
import { hoursOf, type LakeHour, rowsOf, spentIn } from "./lake-hours.ts";
import { tallyOf } from "./tallies.ts";

export interface RepriceOptions {
  readonly dir: string;
  /** First and last UTC day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly until: string;
  readonly prices: PriceBook;
  /** Says what would change and writes nothing. */
  readonly dryRun: boolean;
  /** `done` in [0, 1]. */
  readonly onProgress: (done: number, where: string) => void;
  readonly signal: AbortSignal;
}

/** Rows with equal content make a part of the same name, wherever an earlier run was cut off. */
const nameOf = (rows: readonly LakeRow[]): string =>
  partName("reprice", ...rows.map((row) => JSON.stringify(Object.values(row))));

async function withLake<T>(dir: string, work: (lake: Lake) => Promise<T>): Promise<T> {
  const lake = await openLake(dir, { read: "now" });
  try {
    return await work(lake);
  } finally {
    lake.close();
  }
}

const nameOfHour = ({ dt, hour }: LakeHour): string => `${dt} ${hour}:00`;

/** Share of the work that goes into requests; roll-ups have the rest. */
const REQUESTS_SHARE = 0.9;

/**
 * Gives every request of the lake at `dir` the cost that `prices` says, as new revisions in new parts; then sets the cost
 * of the roll-ups to what their requests cost. A run that was cut off is healed by the next one.
 */
export async function repriceLake(options: RepriceOptions): Promise<Repriced> {
  const { dir, from, until, prices, dryRun, onProgress, signal } = options;
  const byModel = new Map<string, RepriceTally>();
  const judge = emptyRepriceTally();

  const hours = await withLake(dir, async (lake) => {
    const found = await hoursOf(lake, from, until);
    for (const [i, hour] of found.entries()) {
      signal.throwIfAborted();
      onProgress((i / found.length) * REQUESTS_SHARE, nameOfHour(hour));
      const changed: LakeRow[] = [];
      for (const row of await rowsOf(lake, "requests", "requests_log", hour)) {
        const repricing = repriceRow(row, prices);
        addRepricing(isJudgeRow(row) ? judge : tallyOf(byModel, row), row, repricing);
        if (repricing.kind === "repriced") changed.push(repricing.row);
      }
      if (!dryRun) await appendPart(dir, "requests_log", nameOf(changed), changed);
    }
    return found;
  });
  if (dryRun) return { byModel, judge, rollups: 0 };

  const rollups = await withLake(dir, async (lake) => {
    let followed = 0;
    for (const [i, hour] of hours.entries()) {
      signal.throwIfAborted();
      onProgress(REQUESTS_SHARE + (i / hours.length) * (1 - REQUESTS_SHARE), nameOfHour(hour));
      const changed = recostRollups(
        await rowsOf(lake, "rollups", "rollups_log", hour),
        await spentIn(lake, hour),
      );
      await appendPart(dir, "rollups_log", nameOf(changed), changed);
      followed += changed.length;
    }
    return followed;
  });
  return { byModel, judge, rollups };
}
