import { userInfo } from "node:os";
import { registryTable } from "@bellwether/aws/registry-table";
import type { MeasuredMean } from "@bellwether/core/gate/measure-side";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import type { Answer } from "@bellwether/core/registry/change-version";
import { type Measured, type Score, WHY_LENGTH, type Who } from "@bellwether/core/registry/entry";
import { recordGate, recordScores } from "@bellwether/core/registry/notes";
import { oneLine } from "../output.ts";
import { priceOf } from "./answer-source.ts";
import type { GateDocument } from "./conclude.ts";
import type { RegistryTarget } from "./registry-target.ts";

/** Scores that one report may hold. */
const SCORES = 32;
const SOURCE = "gate";

/** Writes what a gate measured and decided to the version it is about; throws when the registry refuses. */
export async function recordResult(
  document: GateDocument,
  { family, version }: RegistryTarget,
  prices: PriceBook,
): Promise<void> {
  const at = Date.parse(document.at);
  const { GITHUB_ACTOR, USER } = process.env;
  const by = GITHUB_ACTOR || USER || userInfo().username;
  const why = `gate of ${document.suiteFile}`.slice(0, WHY_LENGTH);
  const who: Who = { by, at, why };
  // What a run that was stopped has reached is no fair sample of the suite.
  if (document.stopped === null)
    accepted(await recordScores(family, version, measuredOf(document, at, prices), who, registryTable));
  const gate = { passed: document.verdict === "passed", detail: detailOf(document), at };
  accepted(await recordGate(family, version, gate, who, registryTable));
}

function accepted(answer: Answer): void {
  if (answer.kind === "refused") throw new Error(`the registry refused: ${answer.reason}`);
}

function measuredOf({ measured, report }: GateDocument, at: number, prices: PriceBook): Measured {
  const { cost, latency, modelIds } = measured;
  const asked = new Set(report.checks.map(({ metric }) => metric));
  const scores = Object.entries(measured.scores)
    .toSorted(([a], [b]) => Number(asked.has(b)) - Number(asked.has(a)))
    .slice(0, SCORES)
    .map(([metric, score]) => scoreOf(metric, score, at));
  const [modelId = null, another] = modelIds;
  const per1k = (input: number, output: number): number | null =>
    another === undefined ? priceOf(modelId, input, output, prices) : null;
  return {
    scores,
    cost:
      cost === null
        ? null
        : {
            usdPerRequest: cost.mean,
            usdPer1kInputTokens: per1k(1_000, 0),
            usdPer1kOutputTokens: per1k(0, 1_000),
            requests: cost.items,
            source: SOURCE,
            at,
          },
    latency:
      latency === null
        ? null
        : {
            p50Ms: latency.p50,
            p95Ms: latency.p95,
            p99Ms: latency.p99,
            requests: latency.items,
            source: SOURCE,
            at,
          },
  };
}

/** A score is in [0, 1], so an end that nothing bounds is one of these. */
const scoreOf = (metric: string, { mean, low, high, items }: MeasuredMean, at: number): Score => ({
  metric,
  source: SOURCE,
  mean,
  low: Math.min(mean, low ?? 0),
  high: Math.max(mean, high ?? 1),
  nEff: items,
  at,
});

/** In one line what was compared and found. */
function detailOf({ verdict, stopped, report, suite, judge }: GateDocument): string {
  const wanting = report.checks.filter(({ status, insufficient }) => status === "failed" || insufficient);
  const parts = [
    `${verdict.replaceAll("_", " ")}: ${report.head}${report.base === null ? "" : ` against ${report.base}`}, ${suite.items} items`,
    ...(judge.standIn ? ["stand-in judge"] : []),
    ...(stopped === null ? [] : [stopped.reason]),
    ...wanting.map(({ metric, detail }) => `${metric}: ${detail}`),
  ];
  return oneLine(parts.join("; ")).slice(0, WHY_LENGTH);
}
