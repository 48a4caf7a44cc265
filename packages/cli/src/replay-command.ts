import { access, constants, mkdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { PolicyError, parseRollbackPolicy } from "@bellwether/core/rollout/policy";
import { EvaluationPolicyError, parseEvaluationPolicy } from "@bellwether/evaluators/evaluation-policy";
import { DeliveryError } from "@bellwether/local/delivery";
import { replay } from "@bellwether/local/replay/replay";
import { parseArguments, UsageError } from "./arguments.ts";
import { readable, readConfig, readRollout } from "./input-files.ts";
import { type Io, oneLine } from "./output.ts";
import { renderSummary } from "./report/render.ts";
import { runInto, writeReport } from "./report/run-into.ts";
import { ROLLBACK_POLICY_FILE } from "./rollback-policy-file.ts";

const OPTIONS = {
  logs: { type: "string" },
  feedback: { type: "string" },
  rollout: { type: "string" },
  config: { type: "string" },
  bucket: { type: "string" },
  policy: { type: "string" },
  rubrics: { type: "string" },
  out: { type: "string" },
  json: { type: "boolean" },
} as const;

/** Checked here, so that a mistake is named before anything starts. */
async function readPolicy(file: string | undefined): Promise<string> {
  const policy = (await readable("policy", file)) ?? ROLLBACK_POLICY_FILE;
  try {
    parseRollbackPolicy(await readFile(policy, "utf8"));
    return policy;
  } catch (error) {
    if (error instanceof PolicyError) throw new UsageError(`--policy ${file}: ${error.message}`);
    throw error;
  }
}

async function readRubrics(file: string | undefined): Promise<string | undefined> {
  const rubrics = await readable("rubrics", file);
  if (rubrics === undefined) return undefined;
  try {
    parseEvaluationPolicy(await readFile(rubrics, "utf8"));
    return rubrics;
  } catch (error) {
    if (error instanceof EvaluationPolicyError) throw new UsageError(`--rubrics ${file}: ${error.message}`);
    throw error;
  }
}

async function writable(option: string, dir: string): Promise<string> {
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK);
    return resolve(dir);
  } catch (error) {
    throw new UsageError(
      `--${option} ${dir} cannot be written to (${(error as NodeJS.ErrnoException).code ?? "error"})`,
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
  const policy = await readPolicy(values.policy);
  const rubrics = await readRubrics(values.rubrics);
  const out = await writable("out", values.out);
  try {
    const {
      run: finished,
      lake,
      summary,
    } = await runInto({ name: "replay", out, io }, ({ lakeDir, onProgress, signal }) =>
      replay({
        logs: resolve(values.logs ?? ""),
        ...(feedback === undefined ? {} : { feedback }),
        rollout,
        config,
        ...(values.bucket === undefined ? {} : { bucket: values.bucket }),
        lakeDir,
        rollbackPolicyFile: policy,
        ...(rubrics === undefined ? {} : { rubricsFile: rubrics }),
        onProgress,
        signal,
      }),
    );
    lake.close();
    await writeReport(out, summary);
    io.stdout.write(
      values.json === true ? `${JSON.stringify(summary)}\n` : renderSummary(summary, values.out, io),
    );
    const dead = Object.entries(summary.deadLetters).map(([queue, n]) => `${n} in ${queue}`);
    if (dead.length === 0) return 0;
    io.stderr.write(
      `bellwether: ${dead.join(", ")} ended in a dead-letter queue, so the figures are incomplete: ${oneLine(finished.errors[0] ?? "no error was logged").slice(0, 400)}\n`,
    );
    return 1;
  } catch (error) {
    if (error instanceof DeliveryError) throw new UsageError(`--logs: ${error.message}`);
    throw error;
  }
}
