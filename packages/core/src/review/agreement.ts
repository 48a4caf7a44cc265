import { kappaOf } from "@bellwether/stats/agreement";
import { hajekEstimate } from "@bellwether/stats/hajek";
import { krippendorffAlpha } from "@bellwether/stats/krippendorff";
import { emptyMoments, observe } from "@bellwether/stats/moments";
import { judgeCorrelation } from "@bellwether/stats/ppi";
import { DAY_MS } from "../drift/detect/cell.ts";
import { consensus, LEVELS } from "./label.ts";

/** A labelled request of the random slice as one judge version scored it. */
export interface LabelledPair {
  readonly judgeVersion: string;
  readonly judgeModel: string;
  readonly judge: number;
  /** Last labels of every reviewer, [0, 1]; at least one. */
  readonly labels: readonly number[];
  /** Probability that the request was judged and shown to people, (0, 1]. */
  readonly inclusion: number;
  /** Newest label, ms. */
  readonly at: number;
}

interface Range {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export type AgreementWarning = "low_kappa" | "biased" | "stale_version" | "old_labels";

/** How far the judge agrees with people in one metric; null where it cannot be computed. */
export interface Agreement {
  readonly judgeVersion: string;
  readonly judgeModel: string;
  /** `unknown`: too few labels. `stale`: the judge has changed or the labels are old. */
  readonly status: "known" | "unknown" | "stale";
  readonly labels: number;
  readonly nEff: number;
  /** Good or not, split at 0.5. */
  readonly kappa: Range | null;
  /** Quadratic weights on the five levels. */
  readonly weightedKappa: Range | null;
  /** Among people, interval metric; null without second labels. */
  readonly alpha: number | null;
  readonly correlation: number | null;
  /** Mean of judge less people. */
  readonly bias: Range | null;
  readonly warnings: readonly AgreementWarning[];
  /** Newest label, ms. */
  readonly at: number;
}

const LOWEST_KAPPA = 0.4;
const LARGEST_BIAS = 0.03;
const Z = 1.959963984540054;

type Bin = (score: number) => number;
const isGood: Bin = (score) => (score >= 0.5 ? 1 : 0);
const level: Bin = (score) => Math.round(score * (LEVELS.length - 1));

function kappaRange(
  pairs: readonly Scored[],
  bin: Bin,
  size: number,
  weights: "nominal" | "quadratic",
  nEff: number,
): Range | null {
  const table = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const { judge, human, weight } of pairs) {
    const row = table[bin(human)];
    if (row !== undefined) row[bin(judge)] = (row[bin(judge)] ?? 0) + weight;
  }
  const kappa = kappaOf(table, { weights, nEff });
  if (kappa === undefined) return null;
  const half = Z * kappa.standardError;
  return {
    value: kappa.kappa,
    low: Math.max(-1, kappa.kappa - half),
    high: Math.min(1, kappa.kappa + half),
  };
}

type Scored = LabelledPair & { readonly human: number; readonly weight: number };

function biasOf(pairs: readonly Scored[]): Range | null {
  let moments = emptyMoments();
  for (const { judge, human, inclusion } of pairs) moments = observe(moments, judge - human, inclusion);
  const estimate = hajekEstimate(moments, { range: [-1, 1] });
  return estimate === undefined ? null : { value: estimate.mean, low: estimate.low, high: estimate.high };
}

/**
 * Agreement of judge and people by judge version, newest label first; each label weighs 1/inclusion (stats B3).
 *
 * `current` is the version that judges now, undefined while none does.
 */
export function agreementOf(
  pairs: readonly LabelledPair[],
  {
    current,
    now,
    minLabels,
    staleDays,
  }: {
    readonly current: string | undefined;
    readonly now: number;
    readonly minLabels: number;
    readonly staleDays: number;
  },
): Agreement[] {
  const scored = pairs.flatMap((pair): Scored[] => {
    const human = consensus(pair.labels.map((label) => ({ label })));
    return human === undefined ? [] : [{ ...pair, human, weight: 1 / pair.inclusion }];
  });
  const versions = Map.groupBy(scored, ({ judgeVersion }) => judgeVersion);
  const all = [...versions].map(([judgeVersion, group]): Agreement => {
    const at = Math.max(...group.map((pair) => pair.at));
    const sum = group.reduce((total, { weight }) => total + weight, 0);
    const nEff = sum ** 2 / group.reduce((total, { weight }) => total + weight ** 2, 0);
    const weightedKappa = kappaRange(group, level, LEVELS.length, "quadratic", nEff);
    const bias = biasOf(group);
    const items = group.map(({ judge, human: score, weight }) => ({
      weight,
      judge,
      human: { score, rho: 1 },
    }));
    const changed = current !== undefined && judgeVersion !== current;
    const old = now - at > staleDays * DAY_MS;
    const known = group.length >= minLabels;
    const lowKappa = known && weightedKappa !== null && weightedKappa.value < LOWEST_KAPPA;
    const biased = known && bias !== null && Math.abs(bias.value) > LARGEST_BIAS;
    return {
      judgeVersion,
      judgeModel: group[0]?.judgeModel ?? "",
      status: !known ? "unknown" : changed || old ? "stale" : "known",
      labels: group.length,
      nEff,
      kappa: kappaRange(group, isGood, 2, "nominal", nEff),
      weightedKappa,
      alpha:
        krippendorffAlpha(
          group.map(({ labels }) => labels),
          "interval",
        ) ?? null,
      correlation: judgeCorrelation(items) ?? null,
      bias,
      warnings: [
        ...(lowKappa ? ["low_kappa" as const] : []),
        ...(biased ? ["biased" as const] : []),
        ...(changed ? ["stale_version" as const] : []),
        ...(old ? ["old_labels" as const] : []),
      ],
      at,
    };
  });
  return all.sort((a, b) => b.at - a.at || (a.judgeVersion < b.judgeVersion ? -1 : 1));
}
