import type { LakeRow } from "../lake/tables.ts";
import type { Repricing } from "./reprice.ts";

/** What repricing did to the requests of one model; amounts in whole pico-dollars. */
export interface RepriceTally {
  requests: number;
  repriced: number;
  oldPicoUsd: bigint;
  newPicoUsd: bigint;
  /** Had no price before and have one now. */
  formerlyUnpriced: number;
  /** Had no price before and have none now. */
  stillUnpriced: number;
  /** Had a price before that this book does not know; it stays. */
  keptPrice: number;
}

export const emptyRepriceTally = (): RepriceTally => ({
  requests: 0,
  repriced: 0,
  oldPicoUsd: 0n,
  newPicoUsd: 0n,
  formerlyUnpriced: 0,
  stillUnpriced: 0,
  keptPrice: 0,
});

const pico = (row: LakeRow): bigint => BigInt(typeof row.cost_pico_usd === "number" ? row.cost_pico_usd : 0);

/** Adds one request, `row` as it was. */
export function addRepricing(tally: RepriceTally, row: LakeRow, repricing: Repricing): void {
  const wasPriced = typeof row.cost_pico_usd === "number";
  tally.requests += 1;
  tally.oldPicoUsd += pico(row);
  tally.newPicoUsd += pico(repricing.kind === "repriced" ? repricing.row : row);
  if (repricing.kind === "repriced") {
    tally.repriced += 1;
    if (!wasPriced) tally.formerlyUnpriced += 1;
  } else if (repricing.kind === "unpriced") {
    if (wasPriced) tally.keptPrice += 1;
    else tally.stillUnpriced += 1;
  }
}
