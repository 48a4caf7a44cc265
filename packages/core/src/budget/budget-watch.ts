import type { BudgetState } from "./incident.ts";

/** What detect-cost remembers about an app's budget; written by compare-and-set on `seq`. */
export interface BudgetWatch {
  readonly seq: number;
  /** Spend is known from here on, ms. */
  readonly first: number;
  /** Buckets that end by this instant were looked at, ms. */
  readonly until: number;
  /** Up to when tenants and users were last compared with their limits, ms; 0 for never. */
  readonly subjectsUntil: number;
  readonly incidents: BudgetState;
}

export const newWatch = (first: number): BudgetWatch => ({
  seq: 0,
  first,
  until: first,
  subjectsUntil: 0,
  incidents: {},
});
