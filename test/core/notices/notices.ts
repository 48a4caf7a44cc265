import type { Notice, NoticeEvidence } from "@bellwether/core/notices/notice";

export const AT = Date.parse("2026-10-06T16:00:00Z");

export const EVIDENCE: NoticeEvidence = {
  stable: "v1",
  canary: "v2",
  share: 0.2,
  metric: "avg_quality_score",
  eValue: 512.3,
  limit: 100,
  from: AT - 7_200_000,
  until: AT - 900_000,
  rows: [
    { name: "requests", stable: "400", canary: "100" },
    {
      name: "quality (weighted)",
      stable: "0.85 [0.83, 0.87], n_eff 210",
      canary: "0.61 [0.55, 0.67], n_eff 48",
    },
    { name: "cost per request, USD", stable: "0.004", canary: "no data" },
  ],
  worst: [
    { requestId: "r-1", score: 0.05 },
    { requestId: "r-2", score: 0.1 },
    { requestId: "r-3", score: 0.125 },
  ],
};

export const notice = (rest: Partial<Notice> = {}): Notice => ({
  type: "rollback",
  app: "bot",
  generation: 2,
  at: AT,
  dedupeKey: "rollback/bot/2",
  severity: "critical",
  title: "bot: canary v2 rolled back to v1 by quality_degradation",
  lines: ["quality fell; e-value 512 against 100", "recovery is judged at 2026-10-06T16:30:00.000Z"],
  evidence: EVIDENCE,
  ...rest,
});
