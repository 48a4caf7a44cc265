import * as z from "zod";
import type { LakeRow } from "../lake/tables.ts";
import type { ReviewTask } from "./task.ts";

/** What a person may answer, worst first; key 1 to 5 of the keyboard. */
export const LEVELS = [
  { label: 0, name: "wrong or harmful" },
  { label: 0.25, name: "mostly wrong" },
  { label: 0.5, name: "half right" },
  { label: 0.75, name: "mostly right" },
  { label: 1, name: "right" },
] as const;

/** One person's answer about one metric of one request; a later one of the same person replaces it. */
export const labelSchema = z.strictObject({
  requestId: z.string().min(1),
  metric: z.string().min(1).default("quality"),
  reviewer: z.string().min(1).max(200),
  /** [0, 1]; null is a skip. */
  label: z.number().min(0).max(1).nullable(),
  comment: z.string().max(4_000).optional(),
  /** What the right answer would have been. */
  correction: z.string().max(20_000).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
});

export interface Label {
  readonly requestId: string;
  readonly metric: string;
  readonly reviewer: string;
  readonly label: number | null;
  readonly comment?: string;
  readonly correction?: string;
  /** When it was given, ms. */
  readonly at: number;
}

/** What the lake keeps of a label besides itself: how its task came about, and how many had labelled before. */
export function labelRow(label: Label, task: ReviewTask, before: number): LakeRow {
  return {
    request_id: label.requestId,
    metric: label.metric,
    reviewer: label.reviewer,
    at: new Date(label.at).toISOString(),
    label: label.label,
    app: task.app,
    rho: task.rho,
    reasons: task.reasons.join(","),
    second: before === 1,
    escalated: before >= 2,
    comment: label.comment ?? null,
    correction: label.correction ?? null,
    rev: label.at,
  };
}

/** The label behind a `reviews` row. */
export const labelFromRow = (row: Readonly<Record<string, unknown>>): Label => ({
  requestId: String(row.request_id),
  metric: String(row.metric),
  reviewer: String(row.reviewer),
  label: typeof row.label === "number" ? row.label : null,
  ...(typeof row.comment === "string" ? { comment: row.comment } : {}),
  ...(typeof row.correction === "string" ? { correction: row.correction } : {}),
  at: Date.parse(String(row.at)),
});

/** Median of a request's labels (the mean of two), so that one person among three cannot decide; undefined without any. */
export function consensus(labels: readonly Pick<Label, "label">[]): number | undefined {
  const given = labels.flatMap(({ label }) => (label === null ? [] : [label])).sort((a, b) => a - b);
  const [low, high] = [given[(given.length - 1) >> 1], given[given.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
