import type { AlarmBounds } from "../config/alarm-bounds.ts";
import { type MetricName, NAMESPACE } from "../metrics.ts";
import { type AlarmSpec, periods, type Runbook } from "./spec.ts";

/** Gauges look back an hour: one that stays up for 13 of its ticks is not about one burst of five minutes. */
const LASTING = periods(5, 13);

interface Bound {
  readonly slug: string;
  readonly metric: MetricName;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly below?: true;
  readonly shape: ReturnType<typeof periods>;
  readonly missingBecause: string;
  readonly runbook: Runbook;
}

const BOUNDS = {
  qualityFloor: {
    slug: "quality",
    // The upper end: all of the interval is below the floor, so that few answers do not ring by themselves.
    metric: "QualityHigh",
    dimensions: { arm: "all", span: "1h" },
    below: true,
    shape: periods(5, 6),
    missingBecause: "below 10 effective answers there is no quality: what was known last stands",
    runbook: {
      family: "Quality below its floor",
      means:
        "The 95 % interval of the last hour's quality lies below the app's floor, for half an hour. It does not ring while the judge is down.",
      look: { saved: "worst-answers" },
      action:
        "read three of them; with a canary running look at `bellwether rollout show`, else at quality by prompt and model (`--saved quality-by-prompt-and-model`) for what was released last.",
    },
  },
  errorRate: {
    slug: "errors",
    metric: "ErrorRate",
    shape: LASTING,
    missingBecause: "without calls there is no rate: what was known last stands",
    runbook: {
      family: "Error rate",
      means:
        "More of the app's Bedrock calls fail than its owners allow, for more than an hour; each retry of an SDK is a call.",
      look: { saved: "errors-by-code" },
      action:
        "ThrottlingException: quota; ValidationException: what was released last; others: the AWS Health Dashboard.",
    },
  },
  guardrailRate: {
    slug: "guardrails",
    metric: "GuardrailInterventionRate",
    shape: LASTING,
    missingBecause: "the log shows no guardrail: what was known last stands",
    runbook: {
      family: "Guardrail interventions",
      means:
        "A guardrail intervenes in more of the app's calls than its owners allow, for more than an hour: an attack, or a policy that is too strict.",
      look: { saved: "guardrails-by-policy" },
      action:
        "compare guardrail versions (`--saved guardrails-by-version`) and read an example with `bellwether why REQUEST_ID`.",
    },
  },
  negativeFeedback: {
    slug: "negative-feedback",
    metric: "NegativeFeedbackRate",
    shape: LASTING,
    missingBecause: "without votes there is no share: what was known last stands",
    runbook: {
      family: "Negative feedback",
      means:
        "More of the users' votes are negative than the app's owners allow, for more than an hour; the number has no interval, few votes can do it.",
      look: { saved: "satisfaction-by-version" },
      action:
        "compare with the judge (`--saved feedback-vs-judge`): when both are bad go back to the version before, when only users are look at their comments.",
    },
  },
  latencyP95Ms: {
    slug: "latency",
    metric: "LatencyP95",
    shape: LASTING,
    missingBecause: "without calls there is no percentile: what was known last stands",
    runbook: {
      family: "Latency",
      means: "The 95th percentile of the app's latencies is above its bound for more than an hour.",
      look: { saved: "latency-by-model" },
      action:
        "longer answers (output tokens) are the prompt's doing; the same length but slower is Bedrock's: try another Region or model.",
    },
  },
} as const satisfies Record<keyof AlarmBounds, Bound>;

/** Alarms of the bounds that an app's owners set; they page through the app's composite. */
export const boundAlarms = (app: string, bounds: AlarmBounds): AlarmSpec[] =>
  (Object.keys(BOUNDS) as (keyof AlarmBounds)[]).flatMap((name): AlarmSpec[] => {
    const threshold = bounds[name];
    if (threshold === undefined) return [];
    const { slug, metric, dimensions = {}, below, shape, missingBecause, runbook }: Bound = BOUNDS[name];
    return [
      {
        name: `bellwether-bound-${slug}-${app}`,
        namespace: NAMESPACE,
        metric,
        dimensions: { app, ...dimensions },
        ...shape,
        statistic: "Average",
        comparison: below ? "LessThanThreshold" : "GreaterThanThreshold",
        threshold,
        treatMissingData: "ignore",
        missingBecause,
        severity: "page",
        concern: { app },
        runbook,
      },
    ];
  });
