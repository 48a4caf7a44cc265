import { findCanary } from "@bellwether/core/rollout/finding";
import { armsTable, postmortem } from "@bellwether/core/rollout/postmortem";
import { judgeRecovery } from "@bellwether/core/rollout/recovery";
import { summarise } from "@bellwether/core/rollout/summary";
import { describe, expect, it } from "vitest";
import { arm, BASELINE, bucket, NAMES, POLICY, RUN, range, START } from "./arms.ts";

const NOW = START + 8 * 3_600_000;
const buckets = range(8).map((hour) => bucket(hour * 12, { n: 80 }, { n: 20, errors: 5 }));
buckets[0]?.fold.get("v2")?.worst.push({ requestId: "r-bad", score: 0.125 });
const finding = findCanary({
  app: "bot",
  run: RUN,
  unit: "user",
  buckets,
  baseline: BASELINE,
  policy: POLICY,
  watermark: NOW,
  at: NOW,
  folds: null,
});
const intent = {
  kind: "rollback",
  step: "verify",
  at: NOW,
  from: "v2",
  to: "v1",
  rule: "high_error_rate",
  reason: "too many",
  judged: 4,
  verifyAt: NOW + POLICY.bake,
} as const;
const recovery = judgeRecovery([], NAMES, POLICY, NOW, NOW + POLICY.bake);
const text = postmortem("bot", intent, finding, recovery);

describe("a postmortem", () => {
  it("tells when what happened", () => {
    expect(text).toContain("2026-10-06T08:00:00.000Z canary v2 started with 20 % of traffic");
    expect(text).toContain("2026-10-06T16:00:00.000Z rolled back by `high_error_rate`: too many");
    expect(text).toContain("2026-10-06T16:30:00.000Z bake ended: unknown");
  });

  it("shows every number it was decided on, and the worst answers", () => {
    expect(text).toContain("| error rate | 0 | 0.25 |");
    expect(text).toContain("`r-bad` quality 0.125");
    for (const { name } of finding.evidence) expect(text).toContain(`- ${name}: e-value `);
  });

  it("says what was not counted", () => {
    const held = { ...finding, held: ["p95_latency: too few latencies in the log"] };
    expect(postmortem("bot", intent, held, recovery)).toContain(
      "not counted: p95_latency: too few latencies in the log",
    );
  });

  it("can be written without its finding, and says so", () => {
    const bare = postmortem("bot", intent, undefined, recovery);
    expect(bare).toContain("The finding is no longer stored.");
    expect(bare).toContain("None was judged.");
    expect(bare).not.toMatch(/undefined|NaN|null/);
  });
});

describe("the table of the arms", () => {
  it("shows no data as no data, never as 0", () => {
    const table = armsTable(summarise(arm({ n: 0 })), summarise(arm({ n: 0 })));
    for (const name of ["error rate", "quality (weighted)", "cost per request, USD", "p95 latency"])
      expect(table).toContain(`| ${name} | no data | no data |`);
  });

  it("shows quality with its interval and effective size", () => {
    const scores = range(40).map((n) => (n % 2 === 0 ? 0.8 : 0.9));
    expect(armsTable(summarise(arm({ n: 40, scores })), summarise(arm({ n: 40 })))).toMatch(
      /quality \(weighted\) \| 0\.85 \[0\.8\d+, 0\.8\d+\], n_eff 40 \| no data/,
    );
  });
});
