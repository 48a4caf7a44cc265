import type { Finding } from "@bellwether/core/rollout/finding";
import type { ArmSummary } from "@bellwether/core/rollout/summary";

export const STARTED = Date.parse("2026-10-06T08:00:00Z");
const HOUR_MS = 3_600_000;

/** An arm of which nothing is known but what is given. */
export const armSummary = (known: Partial<ArmSummary> = {}): ArmSummary => ({
  requests: 0,
  errors: 0,
  errorRate: null,
  votes: 0,
  negative: 0,
  quality: null,
  naiveQuality: null,
  judged: 0,
  judgedShare: null,
  completionRate: null,
  abstained: 0,
  failed: 0,
  costPerRequest: null,
  unpriced: 0,
  p95LatencyMs: null,
  p99LatencyMs: null,
  satisfaction: null,
  responseLength: null,
  refusals: 0,
  guardrail: 0,
  metrics: {},
  ...known,
});

const quality = (mean: number, half: number, nEff: number): ArmSummary["quality"] => ({
  mean,
  low: mean - half,
  high: mean + half,
  variance: half ** 2 / 4,
  nEff,
  n: Math.round(nEff),
});

/** A finding five hours into a canary at 5 %, then 25 %. */
export const finding = (known: Partial<Finding> = {}): Finding => ({
  app: "bot",
  run: 1,
  generation: 2,
  stable: "v1",
  canary: "v2",
  share: 0.25,
  epochs: [
    { from: STARTED, share: 0.05 },
    { from: STARTED + 2 * HOUR_MS, share: 0.25 },
  ],
  at: STARTED + 5 * HOUR_MS + 900_000,
  startedAt: STARTED,
  watermark: STARTED + 5 * HOUR_MS,
  folds: "f7",
  evidenceFrom: STARTED,
  status: "healthy",
  rule: null,
  reason: "e-value 1.54 against 100",
  logE: Math.log(1.54),
  evidence: [
    { name: "avg_quality_score", weight: 0.4, logE: Math.log(0.02) },
    { name: "error_rate", weight: 0.12, logE: Math.log(5) },
    { name: "cost_per_request", weight: 0.15, logE: Math.log(3.2) },
    { name: "p95_latency", weight: 0.1, logE: 0 },
  ],
  held: ["p95_latency: too few latencies in the log"],
  promotion: [
    { name: "avg_quality_score", margin: 0.03, logE: Math.log(8) },
    { name: "error_rate", margin: 0.02, logE: Math.log(45) },
  ],
  split: { requests: { stable: 810, canary: 190 }, logE: Math.log(0.4) },
  arms: {
    stable: armSummary({
      requests: 810,
      errors: 2,
      errorRate: 2 / 810,
      judged: 160,
      quality: quality(0.87, 0.02, 155),
    }),
    canary: armSummary({
      requests: 190,
      errors: 0,
      errorRate: 0,
      judged: 150,
      quality: quality(0.85, 0.04, 148),
      responseLength: 1_000,
    }),
  },
  triggers: [],
  worst: [],
  ...known,
});
