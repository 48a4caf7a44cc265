import { existsSync, readdirSync, readFileSync } from "node:fs";
import { summaryOf } from "@bellwether/cli/gate/summary";
import type { ItemOutcome } from "@bellwether/core/gate/outcome";
import { describe, expect, it } from "vitest";
import { gateDocument, outcome, suiteSide } from "../support/gate-document.ts";

const items = (n: number, more?: (i: number) => Partial<ItemOutcome>) =>
  Array.from({ length: n }, (_, i) => outcome(i, 0.95, more?.(i)));
const good = gateDocument(suiteSide(items(40)), suiteSide(items(40), "base"));

describe("summary.json", () => {
  it("has flat numbers under the names that scripts read", () => {
    expect(summaryOf(good)).toMatchObject({
      faithfulness: expect.closeTo(0.95, 10),
      answer_relevancy: expect.closeTo(0.955, 10),
      relevancy: expect.closeTo(0.955, 10),
      context_precision: expect.closeTo(0.98, 10),
      avg_cost: expect.closeTo(0.00102875, 10),
      p95_latency: 800,
      test_case_count: 40,
      model_id: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
      judge_model_id: "anthropic.claude-haiku-4-5-20251001-v1:0",
      all_gates_passed: true,
      passed: true,
      exit_code: 0,
      timestamp: "2026-11-21T12:00:00.000Z",
      stand_in_judge: false,
    });
  });

  it("has null, never 0, for what was not measured, also where a tenth of the items has no value", () => {
    const failed = { status: "failed", reason: "throttled" } as const;
    const bare = (i: number): Partial<ItemOutcome> => ({
      modelId: null,
      costUsd: i < 5 ? null : 0.001,
      latencyMs: null,
      draws: [
        {
          draw: 0,
          metrics: i < 5 ? { faithfulness: failed } : { faithfulness: { status: "scored", score: 1 } },
          unsupportedClaims: [],
          judgeUsd: null,
        },
      ],
    });
    const summary = summaryOf(gateDocument(suiteSide(items(40, bare)), undefined));
    for (const name of [
      "faithfulness",
      "answer_relevancy",
      "relevancy",
      "context_precision",
      "context_recall",
      "avg_cost",
      "p95_latency",
      "model_id",
    ] as const)
      expect(summary[name]).toBeNull();
    expect(summary).toMatchObject({
      passed: false,
      all_gates_passed: false,
      exit_code: 3,
      metrics: {},
      cost: null,
      latency: null,
    });
  });

  it("says that a run which did not finish has not passed", () => {
    const stopped = { why: "timeout", reason: "the 15 minutes are over" } as const;
    const same = suiteSide(items(40));
    expect(summaryOf(gateDocument(same, same, { stopped }))).toMatchObject({
      passed: false,
      verdict: "not_enough_evidence",
      stopped,
    });
  });

  const seeds = "../shared/seeds";
  it.skipIf(!existsSync(seeds))("is read by the published workflows' comments as they stand", async () => {
    const recall = (i: number): Partial<ItemOutcome> => {
      const [draw] = outcome(i, 0.95).draws;
      if (draw === undefined) throw new Error("no draw");
      return {
        draws: [{ ...draw, metrics: { ...draw.metrics, context_recall: { status: "scored", score: 0.9 } } }],
      };
    };
    const summary = JSON.stringify(
      summaryOf(gateDocument(suiteSide(items(40, recall)), suiteSide(items(40), "base"))),
    );
    const text = readdirSync(seeds)
      .map((file) => readFileSync(`${seeds}/${file}`, "utf8"))
      .join("\n");
    const scripts = [
      ...text.matchAll(/script: \|\n([\s\S]*?results[\s\S]*?createComment\(\{[\s\S]*?\n\s*\}\);)/g),
    ].map(([, script = ""]) => script);
    expect(scripts).toHaveLength(2);
    for (const script of scripts) {
      const bodies: string[] = [];
      const github = {
        rest: { issues: { createComment: ({ body }: { body: string }) => bodies.push(body) } },
      };
      const context = { issue: { number: 1 }, repo: { owner: "o", repo: "r" } };
      const require = () => ({ readFileSync: () => summary });
      new Function("github", "context", "require", script)(github, context, require);
      expect(bodies[0]).toMatch(/Faithfulness: 0\.95/);
      expect(bodies[0]).toMatch(/gates passed|checks passed/);
      expect(bodies[0]?.split("<details>")[0]).not.toMatch(/undefined|null|NaN/);
    }
  });
});
