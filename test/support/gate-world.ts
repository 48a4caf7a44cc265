import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConverseOutcome, ConverseRequest } from "@bellwether/aws/judge";
import { gateOptions } from "@bellwether/cli/gate/options";
import { readInputs } from "@bellwether/cli/gate/read-inputs";
import { type GateRun, type GateWorld, runGate } from "@bellwether/cli/gate/run-gate";
import { standInJudge } from "@bellwether/local/judge/stand-in";

/** A folder with a suite of `n` items, answers that its passages bear out, and a pipeline. */
export interface GateFolder {
  readonly dir: string;
  readonly ids: readonly string[];
  /** Options that every run needs, with results in DIR/out. */
  readonly common: readonly string[];
  readonly answers: string;
  file(name: string, content: string): string;
}

const PIPELINE = `evaluation_pipeline:
  stages: [{name: synthetic_test_suite, metrics: {faithfulness: {threshold: 0.8, weight: 1}}}]
`;

/** Writes such a folder. */
export function gateFolder(n: number, pipeline = PIPELINE): GateFolder {
  const dir = mkdtempSync(join(tmpdir(), "gate-"));
  const file = (name: string, content: string): string => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  const ids = Array.from({ length: n }, (_, i) => `item-${i}`);
  const fact = (i: number) => `The warranty of model ${i} lasts ${i + 2} years.`;
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const suite = file(
    "suite.jsonl",
    lines(
      ids.map((id, i) => ({ id, input: `How long is the warranty of model ${i}?`, contexts: [fact(i)] })),
    ),
  );
  const answers = file("answers.jsonl", lines(ids.map((id, i) => ({ id, answer: fact(i) }))));
  const config = file("pipeline.yaml", pipeline);
  const common = ["--suite", suite, "--config", config, "--out", join(dir, "out"), "--stand-in"];
  return { dir, ids, common, answers, file };
}

/** A Bedrock in this process that the stand-in judge answers; `answer` may fail in its place. */
export function countingBedrock(answer: (call: number) => ConverseOutcome | undefined = () => undefined) {
  const requests: ConverseRequest[] = [];
  const converse = async (request: ConverseRequest): Promise<ConverseOutcome> => {
    requests.push(request);
    const instead = answer(requests.length);
    if (instead !== undefined) return instead;
    const usage = {
      inputTokens: 1_000,
      outputTokens: 100,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      cacheWrite1hTokens: 0,
    };
    return { kind: "answered", response: standInJudge(request), usage };
  };
  return { requests, openBedrock: async () => ({ converse, close: async () => undefined }) };
}

/** Runs a gate in this process; outages are waited for without waiting. */
export async function runInWorld(args: readonly string[], world: Partial<GateWorld>): Promise<GateRun> {
  const options = gateOptions(args);
  return runGate(options, await readInputs(options), {
    openBedrock: countingBedrock().openBedrock,
    patience: { waitsMs: [0, 0, 0] },
    interrupted: new AbortController().signal,
    onPlan: () => undefined,
    onProgress: () => undefined,
    ...world,
  });
}
