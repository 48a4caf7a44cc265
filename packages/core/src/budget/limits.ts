import type { Budget } from "./policy.ts";

/** Kinds of subjects that may have a limit of their own. */
export const SUBJECT_KINDS = ["tenant", "user"] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** What a tenant or user spent today, 1e-12 USD; `unpriced` requests are not in it. */
export interface SubjectSpend {
  readonly kind: SubjectKind;
  readonly subject: string;
  readonly picoUsd: number;
  readonly unpriced: number;
}

/** A subject above its limit. */
export interface Overrun extends SubjectSpend {
  readonly limitPicoUsd: number;
  /** Spend above the limit, > 0. */
  readonly overPicoUsd: number;
}

/** Subjects followed by name; beyond them there is no list that anybody reads. */
const MOST_NAMED = 200;

/** Subjects above their limit of the day, the largest excess first; at most 200 of each kind, with the count of all. */
export function overruns(
  spends: readonly SubjectSpend[],
  limits: Budget["limits"],
): Readonly<Record<SubjectKind, { readonly over: readonly Overrun[]; readonly count: number }>> {
  const limitUsd = { tenant: limits.perTenantUsd, user: limits.perUserUsd };
  const ofKind = (kind: SubjectKind) => {
    const usd = limitUsd[kind];
    if (usd === undefined) return { over: [], count: 0 };
    const limitPicoUsd = usd * 1e12;
    const over = spends
      .filter((spend) => spend.kind === kind && spend.picoUsd > limitPicoUsd)
      .map((spend) => ({ ...spend, limitPicoUsd, overPicoUsd: spend.picoUsd - limitPicoUsd }))
      .sort((a, b) => b.overPicoUsd - a.overPicoUsd || (a.subject < b.subject ? -1 : 1));
    return { over: over.slice(0, MOST_NAMED), count: over.length };
  };
  return { tenant: ofKind("tenant"), user: ofKind("user") };
}
