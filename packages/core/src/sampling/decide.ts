import type { Config } from "../config/config.ts";
import type { Kappa } from "./kappa.ts";

/** What the rules may look at; `undefined` means not known and matches nothing. */
export interface SamplingFacts {
  readonly negativeFeedback: boolean;
  readonly newUser: boolean;
  readonly costUsd: number | undefined;
  readonly latencyMs: number | undefined;
  /** While a canary runs: this arm's judged share when the smaller arm is judged completely. */
  readonly matchedShare: number | undefined;
}

/** 1 is looked at first. */
export type Priority = 1 | 2 | 3 | 4;

export interface Decision {
  /** Inclusion probability, (0, 1]: the largest over the matched rules. */
  readonly pi: number;
  /** What pi would be without a budget; equals `pi` under the preset `fixed`. */
  readonly wanted: number;
  /** Judged share of this arm's uniform sample, undefined outside a canary. */
  readonly matchedRate: number | undefined;
  /** Every matched rule, in the order of the table. */
  readonly rules: readonly string[];
  readonly decidingRule: string;
  readonly priority: Priority;
}

type Sampling = Config["sampling"];

interface Rule {
  readonly name: string;
  readonly priority: Priority;
  readonly matches: (facts: SamplingFacts, config: Sampling) => boolean;
  /** Inclusion probability under the preset `fixed`. */
  readonly rate: (facts: SamplingFacts, config: Sampling) => number;
  /** The same under the preset `budgeted`, before it is clipped to [piMin, 1]. */
  readonly budgeted: (facts: SamplingFacts, kappa: Kappa) => number;
}

/** Scores of the rules under the preset `budgeted` (stats A4). */
export const SCORES = { negative: 20, flagged: 3, baseline: 1 } as const;

const always = (): number => 1;
const flagged = (_facts: SamplingFacts, kappa: Kappa): number => SCORES.flagged * kappa.triage;
const matchedAt = (facts: SamplingFacts, canaryRate: number): number =>
  canaryRate * (facts.matchedShare ?? 0);

/** Inclusion probability that negative feedback asks for at its time, and what it would be without a budget. */
export function negativeFeedbackRates(
  config: Sampling,
  kappa: Kappa | undefined,
): { readonly pi: number; readonly wanted: number; readonly priority: Priority } {
  const asked = kappa === undefined ? 1 : SCORES.negative * kappa.triage;
  return { pi: Math.min(1, Math.max(config.piMin, asked)), wanted: 1, priority: 1 };
}

/** The seed's rules, and the matched sample of a running canary. */
const RULES: readonly Rule[] = [
  {
    name: "negative_feedback",
    priority: 1,
    matches: (f) => f.negativeFeedback,
    rate: always,
    budgeted: (_f, kappa) => SCORES.negative * kappa.triage,
  },
  { name: "new_user", priority: 2, matches: (f) => f.newUser, rate: always, budgeted: flagged },
  {
    name: "high_cost",
    priority: 2,
    matches: (f, c) => f.costUsd !== undefined && f.costUsd > c.costUsd,
    rate: always,
    budgeted: flagged,
  },
  {
    name: "canary_matched",
    priority: 2,
    matches: (f) => f.matchedShare !== undefined,
    rate: (f, c) => matchedAt(f, c.canaryRate),
    budgeted: (f, kappa) => matchedAt(f, kappa.canaryRate),
  },
  {
    name: "high_latency",
    priority: 3,
    matches: (f, c) => f.latencyMs !== undefined && f.latencyMs > c.latencyMs,
    rate: always,
    budgeted: flagged,
  },
  {
    name: "random_sample",
    priority: 4,
    matches: () => true,
    rate: (_f, c) => c.baseRate,
    budgeted: (_f, kappa) => SCORES.baseline * kappa.estimation,
  },
];

/** Rules that look for trouble and are known when the record is read. */
const FLAGGING_RULES: readonly string[] = ["new_user", "high_cost", "high_latency"];

/** Do these matched rules (as the lake lists them) name one that looks for trouble? */
export const isFlagged = (rules: readonly string[]): boolean =>
  rules.some((rule) => FLAGGING_RULES.includes(rule));

/**
 * Applies every rule and keeps the largest probability; between equal ones the more urgent rule decides. `kappa` is
 * what the budget allows at the event's time, undefined under the preset `fixed`.
 */
export function decide(facts: SamplingFacts, config: Sampling, kappa: Kappa | undefined): Decision {
  const clip = (pi: number): number => Math.min(1, Math.max(config.piMin, pi));
  const rules: string[] = [];
  let wanted = 0;
  let deciding: { rule: Rule; pi: number } | undefined;
  for (const rule of RULES) {
    if (!rule.matches(facts, config)) continue;
    rules.push(rule.name);
    const rate = rule.rate(facts, config);
    const pi = kappa === undefined ? rate : clip(rule.budgeted(facts, kappa));
    wanted = Math.max(wanted, rate, pi);
    if (deciding === undefined || pi > deciding.pi) deciding = { rule, pi };
  }
  if (deciding === undefined) throw new Error("a sampling preset must have a rule that always matches");
  const { rule, pi } = deciding;
  const matchedRate =
    facts.matchedShare === undefined
      ? undefined
      : matchedAt(facts, kappa === undefined ? config.canaryRate : kappa.canaryRate);
  return { pi, wanted, matchedRate, rules, decidingRule: rule.name, priority: rule.priority };
}
