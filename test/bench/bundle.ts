import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { FUNCTIONS, type FunctionName } from "@bellwether/core/topology";
import { productEnvironment, runtimeEnvironment } from "@bellwether/local/function-environment";
import { bundleHandlers } from "../support/bundle-handler.ts";

/** Kilobytes that are loaded at the start, and CPU milliseconds until a fresh process has loaded its handler (wall time also counts who else is on the machine). */
const GOALS = { kb: 2_048, importCpuMs: 200 } as const;
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
const TIMER = `
const [from, before] = [performance.now(), process.cpuUsage()];
await import(process.argv[1]);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify([performance.now() - from, (user + system) / 1000]));
process.exit(0);`;

const tenth = (value: number): number => Math.round(value * 10) / 10;

function spread(values: readonly number[]): { min: number; median: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    min: tenth(sorted[0] ?? Number.NaN),
    median: tenth(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN),
  };
}

function importTimes(name: FunctionName, file: string) {
  const args = ["--input-type=module", "-e", TIMER, pathToFileURL(file).href];
  const runs = Array.from({ length: RUNS }, (): [wall: number, cpu: number] => {
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      env: environment(name),
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${name} cannot be loaded: ${/^\w*Error: .*$/m.exec(stderr)?.[0]}`);
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  });
  return { wallMs: spread(runs.map(([wall]) => wall)), cpuMs: spread(runs.map(([, cpu]) => cpu)) };
}

async function measure(name: FunctionName, folder: string) {
  const bundle = (await bundleHandlers([name])).get(name);
  const [handler] = bundle?.files ?? [];
  if (bundle === undefined || handler === undefined) throw new Error(`${name} has no bundle`);
  const { files, parts, startBytes } = bundle;
  const own = join(folder, name);
  mkdirSync(own);
  for (const file of files) writeFileSync(join(own, file.name), file.text);
  const kb = (text: string | Buffer): number => tenth(Buffer.byteLength(text) / 1_024);
  const whole = files.map(({ text }) => text).join("");
  return {
    name,
    kb: tenth(startBytes / 1_024),
    packageKb: kb(whole),
    gzKb: kb(gzipSync(whole)),
    files: files.length,
    import: importTimes(name, join(own, handler.name)),
    largest: parts.slice(0, 5).map(([path, bytes]) => ({ path, kb: tenth(bytes / 1_024) })),
  };
}

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, only: { type: "string" } },
});
const folder = mkdtempSync(join(tmpdir(), "bellwether-bundle-"));
try {
  const names = (Object.keys(FUNCTIONS) as FunctionName[]).filter(
    (name) => values.only === undefined || name === values.only,
  );
  const handlers = [];
  for (const name of names) handlers.push(await measure(name, folder));
  const missed = handlers.flatMap(({ name, kb, import: { cpuMs } }) => [
    ...(kb > GOALS.kb ? [`${name}: ${kb} KB`] : []),
    ...(cpuMs.min > GOALS.importCpuMs ? [`${name}: ${cpuMs.min} ms`] : []),
  ]);
  if (values.json) console.log(JSON.stringify({ goals: GOALS, runs: RUNS, handlers, missed }, null, 2));
  else {
    for (const { name, kb, packageKb, gzKb, files, import: took } of handlers) {
      const size = `${String(kb).padStart(7)} KB of ${String(packageKb).padStart(7)} (${String(gzKb).padStart(5)} gz, ${files} files)`;
      console.log(
        `${name.padEnd(14)}${size}  import ${took.cpuMs.min} ms CPU, ${took.wallMs.min} ms (median ${took.wallMs.median})`,
      );
    }
    console.log(missed.length === 0 ? "all goals met" : `missed: ${missed.join(", ")}`);
  }
  if (missed.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
