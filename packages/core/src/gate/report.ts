/** What a number of a gate is measured in. */
export type GateUnit = "score" | "USD" | "ms";

type GateStage = "synthetic_test_suite" | "regression_tests" | "cost_validation" | "latency_validation";

/** One requirement and what became of it. */
export interface GateCheck {
  readonly stage: GateStage;
  readonly metric: string;
  readonly status: "passed" | "failed" | "warned" | "not_measured";
  /** In the unit of the limit; of a regression the share lost, 0.05 = 5 % worse. Null when not measured. */
  readonly value: number | null;
  /** Bounds of the value: the one on the side of failing errs at the level of the family, the other at the flake budget. Null where nothing bounds it. */
  readonly low: number | null;
  readonly high: number | null;
  readonly limit: number | null;
  /** Items it rests on. */
  readonly items: number;
  /** Keeps the verdict from being "passed". */
  readonly insufficient: boolean;
  readonly detail: string;
}

/** One metric on both sides, over the items that have it on both. */
export interface MetricComparison {
  readonly metric: string;
  readonly unit: GateUnit;
  readonly items: number;
  readonly base: number;
  readonly head: number;
  /** head − base, with a two-sided interval that holds for all comparisons at once. */
  readonly difference: number;
  readonly low: number | null;
  readonly high: number | null;
  /** difference / base; null when base is 0. */
  readonly relative: number | null;
  /** Standard deviation of the items' differences. */
  readonly sd: number;
  /** Items that went from pass to fail and back, of a metric whose every score is 0 or 1. */
  readonly passFail: { readonly lost: number; readonly gained: number; readonly p: number } | null;
}

/** The same within one tag; exploratory. */
export interface TagComparison {
  readonly tag: string;
  readonly metric: string;
  readonly items: number;
  readonly base: number;
  readonly head: number;
  readonly difference: number;
  /** 95 %, not adjusted. */
  readonly low: number | null;
  readonly high: number | null;
  /** Worse, by Benjamini–Hochberg over all tags and metrics at a false discovery rate of the flake budget. */
  readonly flagged: boolean;
}

/** An item that lost most of a score. */
export interface WorstItem {
  readonly itemId: string;
  readonly question: string;
  readonly baseAnswer: string | null;
  readonly headAnswer: string | null;
  readonly metric: string;
  readonly difference: number;
  readonly unsupportedClaims: readonly string[];
}

/** What a number of items can show of one metric, with a chance of 80 %. */
export interface Detectable {
  readonly metric: string;
  readonly unit: GateUnit;
  readonly items: number;
  /** Standard deviation of the items' differences, and where it is from. */
  readonly sd: number;
  readonly sdFrom: "measured" | "base" | "assumed";
  /** Smallest loss that is found. */
  readonly difference: number;
  /** What more items would buy. */
  readonly more: readonly { readonly items: number; readonly difference: number }[];
  /** Items by which an unchanged version would be surely within max_degradation; null without one or when no number does. */
  readonly itemsForAllowance: number | null;
}

/** Items without a value of a metric, by side and reason; `applies` is false where the metric has nothing to measure. */
export interface Unscored {
  readonly side: "head" | "base";
  readonly reason: string;
  readonly applies: boolean;
  readonly itemIds: readonly string[];
}

/** USD of what is priced, and how many are not. */
export interface Spend {
  readonly usd: number;
  readonly unpriced: number;
}

/** What a gate found. */
export interface GateReport {
  readonly verdict: "passed" | "failed" | "not_enough_evidence";
  readonly head: string;
  readonly base: string | null;
  /** Scores of a stand-in judge say nothing about a real one. */
  readonly standInJudge: boolean;
  readonly checks: readonly GateCheck[];
  readonly comparisons: readonly MetricComparison[];
  readonly tags: readonly TagComparison[];
  readonly worst: readonly WorstItem[];
  readonly mdd: readonly Detectable[];
  readonly counts: {
    /** Of head. */
    readonly items: number;
    /** On both sides, with the same question. */
    readonly compared: number;
    readonly onlyHead: readonly string[];
    readonly onlyBase: readonly string[];
    readonly changedQuestion: readonly string[];
    readonly unscored: Readonly<Record<string, readonly Unscored[]>>;
  };
  readonly costs: { readonly head: Spend; readonly base: Spend | null; readonly judge: Spend };
  /** The rule by which many checks are decided at once. */
  readonly multiplicity: {
    readonly decidingChecks: number;
    readonly flakeBudget: number;
    readonly rule: string;
  };
  /** What else a reader has to know, a sentence each. */
  readonly notes: readonly string[];
}
