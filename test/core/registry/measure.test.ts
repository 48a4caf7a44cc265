import type { Measured, Score } from "@bellwether/core/registry/entry";
import { recordScores } from "@bellwether/core/registry/notes";
import { readAudit } from "@bellwether/core/registry/read";
import { describe, expect, it } from "vitest";
import { ADA, PROMPTS, registryWith } from "./memory-registry.ts";

const score = (metric: string, at: number, mean = 0.9): Score => ({
  metric,
  source: "gate",
  mean,
  low: mean - 0.05,
  high: mean + 0.05,
  nEff: 40,
  at,
});
const measured = (...scores: Score[]): Measured => ({ scores, cost: null, latency: null });
const cost = {
  usdPerRequest: 0.0021,
  usdPer1kInputTokens: 0.001,
  usdPer1kOutputTokens: null,
  requests: 500,
  source: "production",
  at: 10,
} as const;
const latency = {
  p50Ms: 800,
  p95Ms: 2_100,
  p99Ms: 3_900,
  requests: 520,
  source: "production",
  at: 10,
} as const;

async function recorded(...all: Measured[]) {
  const { deps } = await registryWith("v1");
  const kinds: string[] = [];
  for (const one of all) kinds.push((await recordScores(PROMPTS, "v1", one, ADA, deps)).kind);
  return { kinds, entry: await deps.getEntry(PROMPTS, "v1"), audit: await readAudit(PROMPTS, "v1", deps) };
}

describe("recordScores", () => {
  it("keeps the newest of a metric and source, and both sources", async () => {
    const live: Score = { ...score("faithfulness", 5), source: "production" };
    const { kinds, entry } = await recorded(
      measured(score("faithfulness", 10, 0.5), score("safety", 10)),
      measured(live),
      measured(score("faithfulness", 11, 0.75)),
    );
    expect(kinds).toEqual(["changed", "changed", "changed"]);
    expect(entry?.scores).toEqual([score("faithfulness", 11, 0.75), score("safety", 10), live]);
  });

  it("changes nothing for what is repeated or late", async () => {
    const { kinds, entry, audit } = await recorded(
      { scores: [score("safety", 10)], cost, latency },
      { scores: [score("safety", 10)], cost, latency },
      { scores: [score("safety", 9, 0.1)], cost: { ...cost, at: 9 }, latency: null },
    );
    expect(kinds).toEqual(["changed", "unchanged", "unchanged"]);
    expect(entry).toMatchObject({ cost, latency, scores: [score("safety", 10)] });
    expect(audit).toHaveLength(2);
    expect(audit[1]?.detail).toBe(
      "gate safety 0.9 [0.85, 0.95] of 40, production $0.0021 per request of 500, production p95 2100 ms of 520",
    );
  });

  it("refuses more metrics than an entry holds, and an interval without its mean", async () => {
    const many = (name: string) =>
      measured(...Array.from({ length: 32 }, (_, i) => score(`${name} ${i}`, 10)));
    const wrong = measured({ ...score("safety", 10), low: 0.95 });
    const { kinds, entry } = await recorded(many("a"), many("b"), measured(score("c", 10)), wrong);
    expect(kinds).toEqual(["changed", "changed", "refused", "refused"]);
    expect(entry?.scores).toHaveLength(64);
  });
});
