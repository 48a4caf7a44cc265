import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { FUNCTIONS, type FunctionName } from "@bellwether/core/topology";
import { productEnvironment, runtimeEnvironment } from "@bellwether/local/function-environment";
import { bundleHandler } from "../support/bundle-handler.ts";

/** Kilobytes of a bundle, and ms until its module is loaded in a fresh process (the fastest of the runs: the others waited for this machine). */
const GOALS = { kb: 2_048, importMs: 200 } as const;
const RUNS = 5;

const policy = (file: string): string =>
  fileURLToPath(new URL(`../../infra/policies/${file}`, import.meta.url));

/** A handler reads its configuration when it is loaded, as it would in Lambda; it calls nothing. */
const environment = (name: FunctionName): NodeJS.ProcessEnv => ({
  ...productEnvironment({
    sqsUrl: "http://127.0.0.1:1",
    logsBucket: "logs",
    config: { apps: ["support-bot"] },
    rollbackPolicyFile: policy("rollback-policy.yaml"),
    budgetPolicyFile: policy("budgets.yaml"),
  }),
  ...runtimeEnvironment(name, FUNCTIONS[name].memoryMb),
  AWS_REGION: "us-east-1",
});

/** Time of the import alone; starting Node is Lambda's, not ours. */
const TIMER = `const from = performance.now(); await import(process.argv[1]); console.log(performance.now() - from); process.exit(0);`;

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;

function importTimes(name: FunctionName, file: string): number[] {
  const env = environment(name);
  return Array.from({ length: RUNS }, () => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--input-type=module", "-e", TIMER, pathToFileURL(file).href],
      { env, encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`${name} cannot be loaded: ${/^\w*Error: .*$/m.exec(stderr)?.[0]}`);
    return Number(stdout.trim().split("\n").at(-1));
  }).sort((a, b) => a - b);
}

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, only: { type: "string" } },
});
const folder = mkdtempSync(join(tmpdir(), "bellwether-bundle-"));
const tenth = (value: number): number => Math.round(value * 10) / 10;
try {
  const names = (Object.keys(FUNCTIONS) as FunctionName[]).filter(
    (name) => values.only === undefined || name === values.only,
  );
  const handlers = [];
  for (const name of names) {
    const { text, parts } = await bundleHandler(name);
    const file = join(folder, `${name}.mjs`);
    writeFileSync(file, text);
    const times = importTimes(name, file);
    handlers.push({
      name,
      kb: tenth(Buffer.byteLength(text) / 1_024),
      gzKb: tenth(gzipSync(text).length / 1_024),
      importMs: { min: tenth(times[0] ?? Number.NaN), median: tenth(median(times)) },
      largest: parts.slice(0, 5).map(([path, bytes]) => ({ path, kb: tenth(bytes / 1_024) })),
    });
  }
  const missed = handlers.flatMap(({ name, kb, importMs }) => [
    ...(kb > GOALS.kb ? [`${name}: ${kb} KB`] : []),
    ...(importMs.min > GOALS.importMs ? [`${name}: ${importMs.min} ms`] : []),
  ]);
  if (values.json) console.log(JSON.stringify({ goals: GOALS, runs: RUNS, handlers, missed }, null, 2));
  else {
    for (const { name, kb, gzKb, importMs } of handlers)
      console.log(
        `${name.padEnd(14)} ${String(kb).padStart(8)} KB ${String(gzKb).padStart(7)} KB gz   import ${importMs.min} ms (median ${importMs.median})`,
      );
    console.log(missed.length === 0 ? "all goals met" : `missed: ${missed.join(", ")}`);
  }
  if (missed.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
