import { type Config, judgeCalls } from "../config/config.ts";
import type { Gauge } from "../metrics.ts";
import type { PriceBook } from "../prices/price-book.ts";
import type { Rollout } from "../rollout/document.ts";
import type { TimedFold } from "../rollup/spans.ts";
import { BUCKET_MS, cellOf } from "../windows/bucket.ts";
import { type FoldDeps, foldDirty } from "../windows/fold-dirty.ts";
import { type JudgePrice, judgePrice } from "./judge-price.ts";
import type { KappaRow } from "./kappa.ts";
import { type PacePlan, planRates } from "./pace.ts";
import { type AppTraffic, addTraffic, type BucketTraffic, trafficOf } from "./traffic.ts";

/** What a tick of pace needs from the world. */
export interface PaceDeps extends FoldDeps {
  readonly getRollout: (app: string) => Promise<Rollout | undefined>;
  /** Traffic of an app's buckets in the closed hours that start in [from, until), ascending. */
  readonly readTraffic: (app: string, from: number, until: number) => Promise<BucketTraffic[]>;
  readonly readFolds: (app: string, from: number, until: number) => Promise<TimedFold[]>;
  readonly kappaRows: (from: number, until: number) => Promise<readonly KappaRow[]>;
  readonly putKappaRow: (row: PaceRow, now: number) => Promise<void>;
}

/** The row that every worker reads, with what it was planned from. */
interface PaceRow extends PacePlan {
  readonly priceSource: JudgePrice["source"];
}

export interface Paced {
  readonly row: PaceRow | undefined;
  readonly gauges: readonly Gauge[];
  readonly settledUntil: number | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A week and a day: the same hour of last week is in it. */
const HISTORY_MS = 8 * DAY_MS;
/** How far back hours may be open before they are no longer looked for. */
const OPEN_MS = 6 * HOUR_MS;

async function trafficOfApp(app: string, now: number, deps: PaceDeps): Promise<AppTraffic> {
  // Open buckets too: a burst must be seen before its bucket closes.
  await foldDirty(app, { from: 0, until: Number.POSITIVE_INFINITY, now }, deps);
  const closed = await deps.readTraffic(app, cellOf(now - HISTORY_MS), now);
  const newest = closed.at(-1)?.start;
  const from = Math.max(now - OPEN_MS, newest === undefined ? 0 : newest + BUCKET_MS);
  const [rollout, folds] = await Promise.all([deps.getRollout(app), deps.readFolds(app, from, now)]);
  const open = folds.map(({ start, fold }) => ({ start, traffic: trafficOf(fold) }));
  return { rollout, buckets: [...closed, ...open] };
}

function gaugesOf(row: PaceRow, usdPerDay: number): Gauge[] {
  return [
    { metric: "JudgeSpendToday", dimensions: {}, value: row.spentDayUsd },
    { metric: "JudgeBudgetUsed", dimensions: {}, value: (100 * row.spentDayUsd) / usdPerDay },
  ];
}

/** A judge without a price cannot be held to a budget. */
export class UnpricedJudgeError extends Error {
  override readonly name = "UnpricedJudgeError";
}

/** Plans the rates of this minute from everything seen so far and writes them; does nothing under the preset `fixed`. */
export async function paceTick(
  now: number,
  config: Config,
  prices: PriceBook,
  deps: PaceDeps,
): Promise<Paced> {
  const { sampling } = config;
  if (sampling.preset === "fixed") return { row: undefined, gauges: [], settledUntil: null };
  const at = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const apps = await Promise.all(config.apps.map((app) => trafficOfApp(app, now, deps)));
  const price = judgePrice(apps, at, config, prices);
  if (price === undefined)
    throw new UnpricedJudgeError(
      `no price is known for the judge ${[...new Set(judgeCalls(config))].join(" or ")}: budget not obeyed`,
    );
  const traffic = addTraffic(apps, at);
  const rows = await deps.kappaRows(at - DAY_MS, at - MINUTE_MS);
  const seenUntil = at - config.lagMinutes * MINUTE_MS;
  const plan = planRates({ at, traffic, seenUntil, rows, priceUsd: price.usd, sampling });
  const row = { ...plan, priceSource: price.source };
  await deps.putKappaRow(row, now);
  const quiet = (traffic.at(-1)?.start ?? Number.NEGATIVE_INFINITY) < at - DAY_MS;
  // Within an hour the plan already foresees what silence does to it; a new hour has a new ceiling.
  const settledUntil = quiet ? null : Math.floor(at / HOUR_MS) * HOUR_MS + HOUR_MS;
  return { row, gauges: gaugesOf(row, sampling.budget.usdPerDay), settledUntil };
}
