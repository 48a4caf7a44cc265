/** Everything that can go wrong without the app noticing. */
type ProblemKind =
  | "pointer_unreadable"
  | "pointer_invalid"
  | "pointer_missing"
  | "tag_hashed"
  | "tag_dropped"
  | "text_cut"
  | "event_invalid"
  | "event_too_large"
  | "event_dropped"
  | "event_refused"
  | "send_failed"
  | "no_request_id"
  | "no_canary_prompt"
  | "experiment_invalid"
  | "shadow_failed"
  | "shadow_skipped"
  | "on_problem_failed";

export interface Problem {
  readonly kind: ProblemKind;
  readonly detail: string;
  /** Problems of this kind so far, this one included. */
  readonly count: number;
}

/** Counts `times` (1 when left out) problems of one kind and tells the app once; never throws. */
export type Report = (kind: ProblemKind, detail: string, times?: number) => void;

export interface Problems {
  readonly report: Report;
  /** How often each kind occurred; kinds that never did are absent. */
  counts(): Readonly<Partial<Record<ProblemKind, number>>>;
}

/** The words of whatever was thrown. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** Counts problems and hands each to `onProblem`, whose own failure is only counted. */
export function countProblems(onProblem: ((problem: Problem) => void) | undefined): Problems {
  const counts: Partial<Record<ProblemKind, number>> = {};
  const report: Report = (kind, detail, times = 1) => {
    const count = (counts[kind] ?? 0) + times;
    counts[kind] = count;
    try {
      onProblem?.({ kind, detail, count });
    } catch {
      counts.on_problem_failed = (counts.on_problem_failed ?? 0) + 1;
    }
  };
  return { report, counts: () => ({ ...counts }) };
}
