import type { Notice } from "./notice.ts";

const query = (saved: string): string => `bellwether query --saved ${saved}`;
const QUALITY = [query("worst-answers"), query("quality-by-variant")];

/** Where to look for the cause, by the metric that decided; no name from a log is part of it, so each can be pasted. */
const BY_METRIC: Readonly<Record<string, readonly string[]>> = {
  avg_quality_score: QUALITY,
  negative_feedback_rate: [query("feedback-vs-judge"), ...QUALITY],
  cost_per_request: [query("cost-by-variant")],
  error_rate: [
    'bellwether query "select variant, error_code, count(*) as requests from requests group by variant, error_code order by requests desc"',
  ],
  p95_latency: [
    'bellwether query "select variant, model_id, count(*) as requests, avg(latency_ms) as mean_ms, max(latency_ms) as max_ms from requests group by variant, model_id order by mean_ms desc"',
  ],
};

/** Request ids come out of logs; one with any other character could end a shell's word. */
const PLAIN = /^\w[\w-]*$/;

/** Commands that on-call runs next, the worst answer first; of a notice without evidence those that it names itself. */
export function nextSteps({
  evidence,
  next,
}: Pick<Notice, "evidence"> & Partial<Pick<Notice, "next">>): string[] {
  if (evidence === null) return next ?? [];
  const worst = evidence.worst.find(({ requestId }) => PLAIN.test(requestId));
  return [
    ...(worst === undefined ? [] : [`bellwether why ${worst.requestId}`]),
    ...(BY_METRIC[evidence.metric] ?? QUALITY),
  ];
}
