import type { Baseline } from "@bellwether/core/rollout/baseline";
import { lifeCells } from "@bellwether/core/rollout/cells";
import { EVIDENCE_WEIGHTS, type EvidenceName, weighEvidence } from "@bellwether/core/rollout/evidence";
import { exclusiveModels } from "@bellwether/core/rollout/span";
import { type MatchedRates, matchedRates } from "@bellwether/core/sampling/matched-rates";
import { BUCKET_MS, bucketOf, CELL_MS, cellOf } from "@bellwether/core/windows/bucket";
import { foldItems } from "@bellwether/core/windows/fold";
import { addTo, binOf } from "@bellwether/core/windows/histogram";
import { type CountItem, type WindowItem, zeroCounts } from "@bellwether/core/windows/items";
import { mergeVariantInto, type Variants, variantsOf } from "@bellwether/core/windows/variants";
import { combineEvidence } from "@bellwether/stats/combine";

/** Ways to judge: 2 % of both arms; the same spend in equal halves; the whole canary and 2 % of stable; the whole canary and as much of stable. */
export type Scheme = "A" | "B" | "C" | "D";

const RATES: Readonly<Record<Scheme, (share: number) => MatchedRates>> = {
  A: () => ({ canary: 0.02, stable: 0.02 }),
  B: (share) => matchedRates(share, 0.1),
  C: () => ({ canary: 1, stable: 0.02 }),
  D: (share) => matchedRates(share, 1),
};

/** Probability that a request is judged, and that a judged one is the canary's, when `served` of the traffic reaches a canary planned for `share`. */
export function judging(
  scheme: Scheme,
  share: number,
  served = share,
): { readonly rate: number; readonly q: number } {
  const { canary, stable } = RATES[scheme](share);
  const rate = served * canary + (1 - served) * stable;
  return { rate, q: (served * canary) / rate };
}

/** ln of the combined e-value when quality alone has anything to say. */
export const combinedWithQuality = (logE: number): number =>
  combineEvidence(
    (Object.keys(EVIDENCE_WEIGHTS) as EvidenceName[]).map((name) => ({
      name,
      weight: EVIDENCE_WEIGHTS[name],
      logE: name === "avg_quality_score" ? logE : 0,
    })),
  ).logE;

/** Minutes of event time that share a start of the mixture. */
export const CELL_MINUTES = CELL_MS / 60_000;

export interface ArmEvent {
  readonly id: string;
  /** ms after the canary's start. */
  readonly at: number;
  readonly canary: boolean;
  readonly failed: boolean;
  readonly usd: number;
  readonly latencyMs: number;
  /** Of a judged request, in hundredths. */
  readonly score: number | undefined;
  readonly votedDown: boolean | undefined;
}

const START = Date.parse("2026-10-06T08:00:00Z");
const NAMES = { stable: "v1", canary: "v2" } as const;
/** Constants of the tests, as a day of stable would have set them. */
export const ARM_BASELINE: Baseline = {
  from: START,
  quality: { mean: 0.86, sd: 0.18 },
  cost: { cap: 4e10, linear: { mean: 0.1, sd: 0.1 }, log: { mean: 0.7, sd: 0.1 } },
  p95LatencyMs: 3_000,
};
export const ARM_SHARE = 0.1;
/** What the product tolerates of quality. */
export const SHIPPED_MARGIN = 0.02;

/** Puts a list in random order, in place. */
function shuffle<T>(list: T[], random: () => number): T[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [list[last], list[other]];
    if (a !== undefined && b !== undefined) [list[last], list[other]] = [b, a];
  }
  return list;
}

function itemsOf(event: ArmEvent, part: string, counts: Map<string, CountItem>): WindowItem[] {
  const bucket = bucketOf(START + event.at);
  const variant = event.canary ? NAMES.canary : NAMES.stable;
  const segment = { app: "bot", variant, promptVersion: variant, model: "m" };
  const key = `${bucket} ${variant} ${part}`;
  const known = counts.get(key);
  const item: CountItem = known ?? {
    kind: "count",
    bucket,
    segment,
    part,
    counts: zeroCounts(),
    latency: new Map(),
    cost: new Map(),
  };
  counts.set(key, item);
  const items: WindowItem[] = known === undefined ? [item] : [];
  item.counts.n += 1;
  const requestId = event.id;
  if (event.failed) item.counts.errors += 1;
  else {
    const pico = Math.round(event.usd * 1e12);
    item.counts.costPicoUsd += pico;
    addTo(item.cost, binOf(pico));
    addTo(item.latency, binOf(event.latencyMs));
  }
  if (event.score !== undefined) {
    const outcomes = { quality: { status: "scored", score: event.score / 100 } } as const;
    const judged = { pi: 1, uniform: true, raised: false, rev: 1, judgePicoUsd: 0, outcomes };
    items.push({ kind: "score", bucket, segment, requestId, ...judged });
  }
  if (event.votedDown !== undefined) {
    const vote = { user: "u", votedAt: bucket, feedbackId: requestId, negative: event.votedDown };
    items.push({ kind: "feedback", bucket, segment, requestId, ...vote });
  }
  return items;
}

/**
 * ln E of every metric and of all together, through window items, folds and weighEvidence, after the requests came
 * in random order, in random parts of source objects, with folds of single buckets or of whole hours.
 */
export function weighInSomeOrder(
  events: readonly ArmEvent[],
  random: () => number,
): Readonly<Record<string, number>> {
  const parts = 1 + Math.floor(random() * 8);
  const counts = new Map<string, CountItem>();
  const items = shuffle([...events], random).flatMap((event) =>
    itemsOf(event, String(Math.floor(random() * parts)), counts),
  );
  const buckets = Map.groupBy(shuffle(items, random), ({ bucket }) => bucket);
  const wholeHours = random() < 0.5;
  const folds = new Map<number, Variants>();
  for (const [bucket, members] of shuffle([...buckets], random)) {
    const start = wholeHours ? cellOf(bucket) + CELL_MS - BUCKET_MS : bucket;
    const fold = variantsOf(foldItems(members));
    const into = folds.get(start);
    if (into === undefined) folds.set(start, fold);
    else
      for (const [variant, part] of fold) {
        const known = into.get(variant);
        if (known === undefined) into.set(variant, part);
        else mergeVariantInto(known, part);
      }
  }
  const ordered = [...folds].map(([start, fold]) => ({ start, fold })).sort((a, b) => a.start - b.start);
  const { from } = ARM_BASELINE;
  const epochs = [{ from, to: null, ...NAMES, share: ARM_SHARE, generation: 1 }];
  const exclusive = exclusiveModels(ordered, NAMES.stable, NAMES.canary);
  const cells = lifeCells(ordered, epochs, NAMES, exclusive, from);
  const settings = { unit: "user", costMargin: undefined } as const;
  const { parts: evidence } = weighEvidence(cells, ARM_BASELINE, settings);
  return {
    ...Object.fromEntries(evidence.map(({ name, logE }) => [name, logE])),
    combined: combineEvidence(evidence).logE,
  };
}
