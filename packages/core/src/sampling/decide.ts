import type { Config } from "../config/config.ts";

/** What the rules may look at; `undefined` means not known and matches nothing. */
export interface SamplingFacts {
  readonly negativeFeedback: boolean;
  readonly newUser: boolean;
  readonly costUsd: number | undefined;
  readonly latencyMs: number | undefined;
  /** Judged share of this request's arm while a canary runs. */
  readonly matchedRate: number | undefined;
}

/** 1 is looked at first. */
export type Priority = 1 | 2 | 3 | 4;

export interface Decision {
  /** Inclusion probability, (0, 1]: the largest over the matched rules. */
  readonly pi: number;
  /** Every matched rule, in the order of the table. */
  readonly rules: readonly string[];
  readonly decidingRule: string;
  readonly priority: Priority;
}

interface Rule {
  readonly name: string;
  readonly priority: Priority;
  /** Inclusion probability when matched, `undefined` when not. */
  readonly pi: (facts: SamplingFacts, config: Config["sampling"]) => number | undefined;
}

const when = (matched: boolean, pi: number): number | undefined => (matched ? pi : undefined);

/** The preset `fixed`: rules and rates of the seed, and the matched sample of a running canary. */
const FIXED_RULES: readonly Rule[] = [
  { name: "negative_feedback", priority: 1, pi: (f) => when(f.negativeFeedback, 1) },
  { name: "new_user", priority: 2, pi: (f) => when(f.newUser, 1) },
  { name: "high_cost", priority: 2, pi: (f, c) => when(f.costUsd !== undefined && f.costUsd > c.costUsd, 1) },
  { name: "canary_matched", priority: 2, pi: (f) => f.matchedRate },
  {
    name: "high_latency",
    priority: 3,
    pi: (f, c) => when(f.latencyMs !== undefined && f.latencyMs > c.latencyMs, 1),
  },
  { name: "random_sample", priority: 4, pi: (_f, c) => c.baseRate },
];

/** Applies every rule and keeps the largest probability; between equal ones the more urgent rule decides. */
export function decide(facts: SamplingFacts, config: Config["sampling"]): Decision {
  const rules: string[] = [];
  let deciding: { rule: Rule; pi: number } | undefined;
  for (const rule of FIXED_RULES) {
    const pi = rule.pi(facts, config);
    if (pi === undefined) continue;
    rules.push(rule.name);
    if (deciding === undefined || pi > deciding.pi) deciding = { rule, pi };
  }
  if (deciding === undefined) throw new Error("a sampling preset must have a rule that always matches");
  return { pi: deciding.pi, rules, decidingRule: deciding.rule.name, priority: deciding.rule.priority };
}
