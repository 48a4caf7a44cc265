import { partName } from "@bellwether/aws/lake";
import type { LakeRow } from "@bellwether/core/lake/tables";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import { repriceRow } from "@bellwether/core/prices/reprice";
import { type RepriceDeps, repriceRequests } from "@bellwether/core/prices/reprice-requests";
import { addRepricing, emptyRepriceTally, type RepriceTally } from "@bellwether/core/prices/reprice-tally";
import { isJudgeRow } from "@bellwether/core/requests/decision";
import type { Repriced } from "./document.ts";
import { daysWithRequests, requestsOfDay } from "./stage-rows.ts";
import { tallyOf } from "./tallies.ts";

export interface StageOptions {
  /** First and last UTC day, `YYYY-MM-DD`. */
  readonly from: string;
  readonly until: string;
  readonly prices: PriceBook;
  readonly dryRun: boolean;
  /** The instant of the run, ms. */
  readonly now: number;
  readonly onProgress: (done: number, day: string) => void;
  readonly signal: AbortSignal;
}

/** Window items live 100 days; older windows keep their sums, for which nothing could be folded anew. */
const WINDOWS_KEPT_MS = 90 * 86_400_000;

/** Prices the requests of a deployed stage anew, day by day; roll-ups follow with the next tick of measure. */
export async function repriceStage(
  { from, until, prices, dryRun, now, onProgress, signal }: StageOptions,
  deps: RepriceDeps & { readonly runSql: Parameters<typeof requestsOfDay>[0] },
): Promise<Repriced> {
  const byModel = new Map<string, RepriceTally>();
  const judge = emptyRepriceTally();
  const days = await daysWithRequests(deps.runSql, from, until);
  for (const [i, day] of days.entries()) {
    signal.throwIfAborted();
    onProgress(i / days.length, day);
    const span = await requestsOfDay(deps.runSql, day);
    const stage = { prices, partName, now, windowsFrom: now - WINDOWS_KEPT_MS };
    const repricings = dryRun
      ? span.rows.map((row) => repriceRow(row, prices))
      : await repriceRequests(span, stage, deps);
    for (const [at, repricing] of repricings.entries()) {
      const row = span.rows[at] as LakeRow;
      addRepricing(isJudgeRow(row) ? judge : tallyOf(byModel, row), row, repricing);
    }
  }
  return { byModel, judge, rollups: 0 };
}
