import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, parseConfig } from "@bellwether/core/config/config";
import { DeliveryError } from "@bellwether/local/delivery";
import { openLake } from "@bellwether/local/lake/open-lake";
import { type ReplayRun, replay } from "@bellwether/local/replay/replay";
import { type RolloutFile, readRolloutFile } from "@bellwether/local/replay/rollout-file";
import { parseArguments, UsageError } from "./arguments.ts";
import { interruptible } from "./interrupt.ts";
import type { Io } from "./output.ts";
import { startProgress } from "./progress.ts";
import { renderSummary } from "./report/render.ts";
import { summarise } from "./report/summary.ts";

const OPTIONS = {
  logs: { type: "string" },
  feedback: { type: "string" },
  rollout: { type: "string" },
  config: { type: "string" },
  bucket: { type: "string" },
  policy: { type: "string" },
  out: { type: "string" },
  json: { type: "boolean" },
} as const;

const POLICY = join(dirname(fileURLToPath(import.meta.url)), "../../../infra/policies/rollback-policy.yaml");

async function readJson(option: string, file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(
      `--${option} ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`,
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError(`--${option} ${file} is not JSON`);
  }
}

async function readRollout(file: string | undefined): Promise<RolloutFile | null> {
  if (file === undefined) return null;
  try {
    return readRolloutFile(await readJson("rollout", file));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--rollout ${file}: ${(error as Error).message}`);
  }
}

async function readConfig(file: string | undefined): Promise<Record<string, unknown>> {
  if (file === undefined) return {};
  const json = await readJson("config", file);
  try {
    parseConfig(json);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(`--config ${file}: ${error.message}`);
    throw error;
  }
  return json as Record<string, unknown>;
}

async function readable(option: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    await readFile(file);
    return resolve(file);
  } catch (error) {
    throw new UsageError(
      `--${option} ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`,
    );
  }
}

/** `bellwether replay`: runs recorded logs through the real functions and summarises what they found. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("replay", args, OPTIONS);
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help replay\``);
  if (values.logs === undefined)
    throw new UsageError("--logs DIR is missing: the folder with the invocation logs");
  if (values.out === undefined)
    throw new UsageError("--out DIR is missing: the folder to write the lake and report to");
  const rollout = await readRollout(values.rollout);
  const config = await readConfig(values.config);
  const feedback = await readable("feedback", values.feedback);
  const policy = (await readable("policy", values.policy)) ?? POLICY;
  const out = resolve(values.out);
  const lakeDir = join(out, "lake");
  const began = performance.now();
  const progress = startProgress("replay", io);
  let finished: ReplayRun;
  try {
    await mkdir(out, { recursive: true });
    await rm(lakeDir, { recursive: true, force: true });
    await mkdir(lakeDir, { recursive: true });
    finished = await interruptible((signal) =>
      replay({
        logs: resolve(values.logs ?? ""),
        ...(feedback === undefined ? {} : { feedback }),
        rollout,
        config,
        ...(values.bucket === undefined ? {} : { bucket: values.bucket }),
        lakeDir,
        rollbackPolicyFile: policy,
        onProgress: (done, at) => progress.update(done, new Date(at).toISOString()),
        signal,
      }),
    );
  } catch (error) {
    if (error instanceof DeliveryError) throw new UsageError(`--logs: ${error.message}`);
    throw error;
  } finally {
    progress.stop();
  }
  const lake = await openLake(lakeDir);
  try {
    const summary = await summarise(lake, finished, performance.now() - began);
    await writeFile(join(out, "report.json"), `${JSON.stringify(summary, null, 2)}\n`);
    io.stdout.write(
      values.json === true ? `${JSON.stringify(summary)}\n` : renderSummary(summary, values.out, io),
    );
  } finally {
    lake.close();
  }
  return 0;
}
