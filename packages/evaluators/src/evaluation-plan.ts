import { hash } from "node:crypto";
import { type Check, checkMetric } from "./checks.ts";
import { criterionMetric } from "./criterion.ts";
import type { Rubric } from "./custom-scores.ts";
import { type AppliesTo, criterionKey, type EvaluationPolicy } from "./evaluation-policy.ts";

/** What a request is known by. */
export interface Subject {
  readonly app?: string | undefined;
  readonly feature?: string | undefined;
  readonly promptVersion?: string | undefined;
}

/** The part of a policy that is for one request. */
export interface EvaluationPlan {
  readonly rubrics: readonly Rubric[];
  readonly checks: readonly Check[];
  /** Weights in `quality` of rubrics and checks, by metric. */
  readonly weights: Readonly<Record<string, number>>;
  /** First 12 hex digits of SHA-256 over their content; undefined without any. */
  readonly version?: string;
}

/** Rubrics and checks for a request, in the policy's order. */
export function planFor(policy: EvaluationPolicy, subject: Subject): EvaluationPlan {
  const mine = policy.rubrics.filter(({ appliesTo }) => applies(appliesTo, subject));
  const rubrics = mine.map(
    (rubric): Rubric => ({
      id: rubric.id,
      weight: rubric.weight,
      criteria: rubric.criteria.map((criterion) => ({
        id: criterionKey(rubric, criterion),
        instruction: criterion.question,
        weight: criterion.weight,
        ...(criterion.scale === "yes_no" ? {} : { levels: criterion.scale }),
      })),
    }),
  );
  const checks = policy.checks.filter(({ appliesTo }) => applies(appliesTo, subject));
  // The first check of a metric is the one that runs, so its weight is the metric's.
  const weights = Object.fromEntries([
    ...checks.toReversed().map((check): [string, number] => [checkMetric(check.scorer), check.weight]),
    ...rubrics.map((rubric): [string, number] => [criterionMetric(rubric.id), rubric.weight]),
  ]);
  const positive = Object.entries(weights).filter(([, share]) => share > 0);
  return {
    rubrics,
    checks,
    weights: Object.fromEntries(positive),
    ...(rubrics.length + checks.length === 0 ? {} : { version: contentHash([rubrics, checks]) }),
  };
}

const contentHash = (content: unknown): string => hash("sha256", JSON.stringify(content), "hex").slice(0, 12);

function applies({ app, feature, promptVersion }: AppliesTo, subject: Subject): boolean {
  const fits = (wanted: readonly string[] | undefined, actual: string | undefined): boolean =>
    wanted === undefined || (actual !== undefined && wanted.includes(actual));
  return (
    fits(app, subject.app) && fits(feature, subject.feature) && fits(promptVersion, subject.promptVersion)
  );
}
