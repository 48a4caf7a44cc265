import type { Gauge } from "@bellwether/core/metrics";
import { freshWatch } from "@bellwether/core/sentinel/shift";
import { EVALUATOR_VERSION, JUDGE_PROMPT_VERSION } from "@bellwether/evaluators/version";
import type { Context } from "aws-lambda";
import { expect, it } from "vitest";

const NOW = Date.parse("2026-11-02T05:00:00Z");
const DATASET = "golden/support/abc.jsonl";

/** Gauges of an hourly tick on a day whose look was made before. */
async function quietTick(sentinel: { readonly dataset?: string }): Promise<readonly Gauge[]> {
  Object.assign(process.env, {
    BELLWETHER_CONFIG: JSON.stringify({ judge: { modelId: "anthropic.haiku" }, sentinel }),
    AWS_REGION: "us-east-1",
    POWERTOOLS_LOG_LEVEL: "SILENT",
  });
  const { makeHandler } = await import("../../functions/sentinel.ts");
  const published: Gauge[] = [];
  const never = () => Promise.reject(new Error("an idle tick asks nobody"));
  const handler = makeHandler({
    getSentinel: async () => ({
      seq: 1,
      dataset: DATASET,
      judge: `anthropic.haiku ${JUDGE_PROMPT_VERSION}.${EVALUATOR_VERSION}`,
      day: Date.parse("2026-11-02T00:00:00Z"),
      reference: {},
      referenceJudge: "anthropic.haiku",
      watch: freshWatch(),
      moved: null,
    }),
    saveSentinel: never,
    readDocument: never,
    writeDocument: never,
    converse: never,
    newDelimiter: () => "d",
    writeLake: never,
    notify: never,
    putGauges: async (gauges, at) => {
      expect(at).toBe(NOW);
      published.push(...gauges);
    },
  });
  await handler({ time: "2026-11-02T05:00:00Z" }, {} as Context);
  return published;
}

it("an hour without anything to judge is a completed tick", async () => {
  expect(await quietTick({ dataset: DATASET })).toEqual([
    { metric: "DetectorTicks", dimensions: { detector: "sentinel" }, value: 1 },
  ]);
});

it("without a golden set nothing is published", async () => {
  expect(await quietTick({})).toEqual([]);
});
