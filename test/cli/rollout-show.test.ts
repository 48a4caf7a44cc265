import { readFileSync } from "node:fs";
import { ROLLBACK_POLICY_FILE } from "@bellwether/cli/rollback-policy-file";
import { findingLines, renderRollout } from "@bellwether/cli/rollout/show-table";
import { asFinding } from "@bellwether/cli/rollout/stored-finding";
import { decideCanary } from "@bellwether/core/rollout/decision";
import { nextGeneration, type Rollout } from "@bellwether/core/rollout/document";
import type { Finding } from "@bellwether/core/rollout/finding";
import { parseRollbackPolicy } from "@bellwether/core/rollout/policy";
import { readRamp } from "@bellwether/core/rollout/ramp-file";
import pc from "picocolors";
import { describe, expect, it } from "vitest";
import { armSummary, finding, STARTED } from "./rollout-finding.ts";

const HOUR_MS = 3_600_000;
const policy = parseRollbackPolicy(readFileSync(ROLLBACK_POLICY_FILE, "utf8"));
const canvas = { color: pc.createColors(false), columns: 80 };
const words = { stable: "v1", canary: "v2", by: "ada", reason: "a new tone" };
const started = nextGeneration(undefined, "bot", {
  ...words,
  at: STARTED,
  action: "start",
  share: 0.05,
  ramp: readRamp({ success_criteria: { max_response_length: 900 } }),
});
const ramped = nextGeneration(started, "bot", {
  ...words,
  at: STARTED + 2 * HOUR_MS,
  action: "advance",
  share: 0.25,
});

const lines = (known: Finding): string => findingLines(known, policy, canvas).join("\n");
const render = (rollout: Rollout, known: Finding | string, now = STARTED): string => {
  const decision = decideCanary(rollout, typeof known === "string" ? undefined : known, policy);
  return renderRollout({ rollout, finding: known, decision, policy, now }, canvas);
};

describe("rollout show", () => {
  it("draws a running canary: ramp, evidence, quality, split", () => {
    expect(render(ramped, finding()).split("Epochs")[0]).toMatchInlineSnapshot(`
      "bot: canary v2 has 25 %, stable v1 the rest (generation 2)

      Ramp  step 2 of 3: 5 % → [25 %] → 50 % → promotion
        next      hold (step_time): 180 of 240 minutes on this step
        criteria  response_length ≤ 900
        patience  2.8 of 3 days left before people are told that it is undecided

      healthy: e-value 1.54 against 100
      events before 2026-10-06T13:00:00.000Z are counted

      Is v2 worse? e-values × weight; the combined one rolls back at ┃ 100
        avg_quality_score ×0.4             0.02    ░░░░░░░░░░░░│
        error_rate ×0.12                      5                │█████
        cost_per_request ×0.15              3.2                │████
        p95_latency                           –  not counted
        combined                           1.54                │██            ┃
                                                 0.01  0.1     1      10     100  1000
        not counted: p95_latency: too few latencies in the log

      Is v2 not worse by the margin? e-values; every one must reach ┃ 20
        avg_quality_score within 0.03         8                │███████  ┃
        error_rate within 0.02               45                │█████████┃██
                                                 0.01  0.1     1      10     100  1000

      Quality weighted mean, 95 % interval
        stable v1                         0.870                    ├──────●──────┤
        canary v2                         0.850      ├─────────────●─────────────┤
                                                 0.80                             0.90

      Split
        planned   5 %, then 25 % to v2
        seen      19 %, 190 of 1000 requests; e-value 0.4 that the split is wrong, of 2000

                                   stable v1                     canary v2
      ───────────────────────────  ────────────────────────────  ────────────────────────────
      requests                     810                           190
      error rate                   0.002469                      0
      quality (weighted)           0.87 [0.85, 0.89], n_eff 155  0.85 [0.81, 0.89], n_eff 148
      judged / abstained / failed  160 / 0 / 0                   150 / 0 / 0
      cost per request, USD        no data                       no data
      p95 latency                  no data                       no data
      negative feedback            0 of 0 votes                  0 of 0 votes

      "
    `);
  });

  it("says what the next step waits for, and that time is over", () => {
    expect(render(ramped, finding({ watermark: STARTED + 40 * HOUR_MS }))).toMatch(
      /next {6}hold \(criterion\): response_length 1000 is above 900\n/,
    );
    const late = render(ramped, finding({ watermark: STARTED + 84 * HOUR_MS }));
    expect(late).toContain("next      page and hold (overdue): undecided after 72 hours");
    expect(late).toContain("patience  overdue by 0.5 days: reported after 3 and held");
  });

  it("has no ramp to show for a canary that people move, and no canary for a quiet app", () => {
    const moved = nextGeneration(undefined, "bot", { ...words, at: STARTED, action: "start", share: 0.2 });
    expect(render(moved, "nothing is found about v2 yet")).toContain(
      "Ramp  none: people move this canary\n  next      hold (no_finding): no finding is stored\n\nnothing is found about v2 yet\n",
    );
    const over = nextGeneration(moved, "bot", {
      ...words,
      at: STARTED,
      action: "abort",
      canary: null,
      share: 0,
    });
    expect(render(over, "no canary is running")).toMatch(
      /^bot: v1 has all traffic \(generation 2\)\n\nEpochs\n/,
    );
  });

  it("words what is under way as what it is", () => {
    const intent = {
      kind: "advance",
      step: "page",
      at: STARTED,
      from: "v1",
      to: "v2",
      rule: "step_done",
      reason: "step 1 is done",
      judged: 1,
      verifyAt: STARTED,
    } as const;
    const first = (rollout: Rollout) => render(rollout, finding()).split("\n")[1];
    expect(first({ ...ramped, intent })).toBe("advance of v2 by step_done under way: step 1 is done");
    expect(first({ ...ramped, intent: { ...intent, kind: "rollback", from: "v2", rule: "cost" } })).toBe(
      "rollback of v2 by cost under way, next step page: step 1 is done",
    );
  });

  it("shows no number where there is none", () => {
    const quality = { mean: 0.9, low: 0, high: 1, variance: 1, nEff: 6.2, n: 7 };
    const arms = { stable: armSummary({ quality }), canary: armSummary() };
    const empty = { stable: 0, canary: 0 };
    const text = lines(
      finding({
        status: "not_enough_data",
        evidence: [],
        held: ["no baseline of stable yet"],
        promotion: [],
        split: { requests: empty, logE: 0 },
        arms,
      }),
    );
    expect(text).toContain("not counted: no baseline of stable yet\n");
    expect(text).toContain("  nothing is weighed yet\n");
    expect(text).toMatch(/stable v1 +– {2}too few judged \(n_eff 6\.2\)\n/);
    expect(text).toMatch(/canary v2 +– {2}nothing is judged\n/);
    expect(text).toContain("seen      no requests;");
  });

  it("marks a boundary that is reached in words or colour, never wider than the terminal", () => {
    const color = pc.createColors(true);
    const coloured = findingLines(finding({ logE: Math.log(150) }), policy, { ...canvas, color }).join("\n");
    expect(coloured).toContain(
      color.red(`  ${"combined".padEnd(30)}${"150".padStart(9)}  ${" ".repeat(14)}│`).slice(0, -5),
    );
    for (const columns of [20, 60, 80, 97, 300]) {
      const drawn = findingLines(finding(), policy, { ...canvas, columns }).filter((text) =>
        /[│├]/.test(text),
      );
      expect(drawn.length).toBeGreaterThan(0);
      for (const text of drawn)
        expect([...text].length).toBeLessThanOrEqual(Math.min(110, Math.max(60, columns)));
    }
  });

  it("warns of a split that does not fit the plan", () => {
    expect(lines(finding({ split: { requests: { stable: 5, canary: 95 }, logE: 20 } }))).toContain(
      "seen      95 %, 95 of 100 requests; e-value 4.9e+8 that the split is wrong, of 2000: nothing is decided",
    );
  });
});

describe("asFinding", () => {
  it("takes what this version writes and nothing else", () => {
    expect(asFinding(JSON.parse(JSON.stringify(finding())))).toMatchObject({ canary: "v2" });
    const { split: _, ...older } = finding();
    for (const value of [older, null, undefined, "x", {}]) expect(asFinding(value)).toBeUndefined();
  });
});
