import { emptyRepriceTally, type RepriceTally } from "@bellwether/core/prices/reprice-tally";

export interface Repriced {
  /** The apps' own calls by model, or by ARN where the model is not a public one. */
  readonly byModel: ReadonlyMap<string, RepriceTally>;
  /** Logged calls of the judge itself; they are in no total. */
  readonly judge: RepriceTally;
  /** Roll-up rows whose cost followed. */
  readonly rollups: number;
}

interface Change {
  readonly requests: number;
  readonly repriced: number;
  readonly oldUsd: number;
  readonly newUsd: number;
  readonly formerlyUnpriced: number;
  readonly stillUnpriced: number;
  readonly keptPrice: number;
}

/** What `bellwether reprice --json` prints. */
export interface RepriceDocument {
  readonly from: string;
  readonly until: string;
  readonly dryRun: boolean;
  readonly total: Change;
  readonly models: readonly ({ readonly model: string } & Change)[];
  /** Logged calls of the judge itself, in no total. */
  readonly judgeCallsRepriced: number;
  /** Hourly roll-up rows whose cost followed. */
  readonly rollups: number;
}

const PICO = 1e12;

const changeOf = ({ oldPicoUsd, newPicoUsd, ...counts }: RepriceTally): Change => ({
  ...counts,
  oldUsd: Number(oldPicoUsd) / PICO,
  newUsd: Number(newPicoUsd) / PICO,
});

function sum(tallies: Iterable<RepriceTally>): RepriceTally {
  const total = emptyRepriceTally();
  for (const tally of tallies) {
    total.requests += tally.requests;
    total.repriced += tally.repriced;
    total.oldPicoUsd += tally.oldPicoUsd;
    total.newPicoUsd += tally.newPicoUsd;
    total.formerlyUnpriced += tally.formerlyUnpriced;
    total.stillUnpriced += tally.stillUnpriced;
    total.keptPrice += tally.keptPrice;
  }
  return total;
}

export const documentOf = (
  { from, until, dryRun }: { readonly from: string; readonly until: string; readonly dryRun: boolean },
  { byModel, judge, rollups }: Repriced,
): RepriceDocument => ({
  from,
  until,
  dryRun,
  total: changeOf(sum(byModel.values())),
  models: [...byModel]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([model, tally]) => ({ model, ...changeOf(tally) })),
  judgeCallsRepriced: judge.repriced,
  rollups,
});
