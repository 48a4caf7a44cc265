import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchSst } from "../../../infra/fetch-sst.mjs";
import type { Edit } from "./bundle.ts";
import type { Graph } from "./graph.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const cache = join(root, ".cache/graph");
const evaluate = fileURLToPath(new URL("./evaluate.ts", import.meta.url));

export interface Evaluated {
  readonly graph: Graph;
  /** As it was written, to compare two evaluations byte by byte. */
  readonly text: string;
}

async function evaluated(stage: string, name: string, edits: readonly Edit[]): Promise<Evaluated> {
  const out = join(cache, `${name}.json`);
  // Pulumi remembers the stack of every promise it makes; young objects are what it makes most.
  const flags = ["--stack-trace-limit=3", "--max-semi-space-size=64"];
  const child = spawn(process.execPath, [...flags, evaluate, stage, out, JSON.stringify(edits)], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((ended) => child.on("close", ended));
  if (code !== 0) throw new Error(`the graph of ${name} could not be evaluated\n${errors}`);
  const text = readFileSync(out, "utf8");
  return { graph: JSON.parse(text), text };
}

/** A stage that takes its logs from both destinations. */
const BOTH: readonly Edit[] = [
  { file: "infra/stage.ts", from: 'stageWithLogs("s3"', to: 'stageWithLogs("both"' },
];

/**
 * The graphs of dev and prod, of dev with the edits in its source, and of dev with logs by both destinations; undefined
 * where npm reaches no registry and SST is not there.
 */
export async function loadGraphs(
  edits: readonly Edit[],
): Promise<Readonly<Record<"dev" | "prod" | "edited" | "both", Evaluated>> | undefined> {
  if (!fetchSst("ignore")) return undefined;
  mkdirSync(cache, { recursive: true });
  const [dev, prod, edited, both] = await Promise.all([
    evaluated("dev", "dev", []),
    evaluated("prod", "prod", []),
    evaluated("dev", "dev-edited", edits),
    evaluated("dev", "dev-both", BOTH),
  ]);
  return { dev, prod, edited, both };
}
