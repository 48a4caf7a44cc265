/** What rollout policy needs to know of a judge's agreement with people in one metric. */
export interface AgreementNote {
  readonly metric: string;
  readonly judgeVersion: string;
  readonly judgeModel: string;
  readonly status: "known" | "unknown";
  readonly labels: number;
  /** Quadratically weighted kappa and bias (judge less people); null where they cannot be computed. */
  readonly kappa: number | null;
  readonly bias: number | null;
  /** Newest label, ms. */
  readonly at: number;
}
