// Runs `bellwether gate` on this checkout, against a worktree of INPUT_BASE_REF or against INPUT_BASELINE, and writes
// the job's summary. Ends with 0 whatever the verdict: the last step of the action fails the job.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { addToSummary, annotate, readEvent, setOutputs } from "./github.mjs";

const env = process.env;
const BIN =
  env.BELLWETHER_BIN || fileURLToPath(new URL("../../../packages/cli/src/bellwether.js", import.meta.url));
const NO_COMMIT = /^0*$/;
const SHORT = 7;

const shellWord = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const git = (...args) =>
  execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
const knows = (ref) =>
  spawnSync("git", ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], { stdio: "ignore" }).status === 0;

/** A checkout of the base in a folder of its own; a shallow clone fetches it first. Undefined with a note when there is none. */
function checkOutBase(ref, notes) {
  if (NO_COMMIT.test(ref)) return undefined;
  if (ref.startsWith("-")) throw new Error(`base-ref ${ref} is no commit or branch`);
  let commit = ref;
  if (!knows(ref)) {
    try {
      git("fetch", "--no-tags", "--depth=1", "origin", ref);
      commit = "FETCH_HEAD";
    } catch (error) {
      notes.push(`base-ref ${ref} cannot be fetched, so nothing is compared: ${lastLine(error.stderr)}`);
      return undefined;
    }
  }
  git("worktree", "prune");
  const folder = join(mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), "bellwether-base-")), "checkout");
  git("worktree", "add", "--detach", folder, commit);
  if (env.INPUT_BASE_SETUP) {
    const setup = spawnSync("bash", ["-euo", "pipefail", "-c", env.INPUT_BASE_SETUP], {
      cwd: folder,
      stdio: "inherit",
    });
    if (setup.status !== 0) throw new Error(`base-setup ended with ${setup.status ?? setup.signal}`);
  }
  return folder;
}

const lastLine = (text) =>
  String(text ?? "")
    .trim()
    .split("\n")
    .at(-1);

/** Arguments of the side to compare with. */
function baseArguments(mode, notes) {
  const { INPUT_BASELINE: baseline, INPUT_BASE_REF: ref, INPUT_COMMAND: command, INPUT_PROMPT: prompt } = env;
  if (baseline) {
    if (mode === "bedrock" || !judgedByModel(baseline)) return ["--baseline", baseline];
    notes.push(
      `${baseline} was judged by a model and does not compare with a stand-in's scores: nothing is compared`,
    );
    return [];
  }
  if (!ref) return [];
  if (!command && !(prompt && !prompt.startsWith("registry:"))) {
    notes.push("base-ref goes with command or a prompt file; nothing is compared");
    return [];
  }
  const folder = checkOutBase(ref, notes);
  if (folder === undefined) return [];
  const label = ["--base-label", `base (${git("-C", folder, "rev-parse", "--short", "HEAD")})`];
  if (command) return ["--base-command", `cd ${shellWord(folder)} && ${command}`, ...label];
  if (isAbsolute(prompt))
    throw new Error(`prompt ${prompt} must be a path inside the repository to have a base`);
  if (existsSync(join(folder, prompt))) return ["--base-prompt", join(folder, prompt), ...label];
  notes.push(`${prompt} is not in ${ref}: it is new, and nothing is compared`);
  return [];
}

function judgedByModel(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).judge?.standIn === false;
  } catch {
    return false; // lines of answers, or nothing that the gate will take: it says so itself
  }
}

/** The commit that people see, which in a pull request is not the merge that is checked out. */
function headLabel() {
  const commit = readEvent().pull_request?.head?.sha ?? env.GITHUB_SHA;
  return commit ? ["--label", `this change (${commit.slice(0, SHORT)})`] : [];
}

/** The whole command line; what is written elsewhere needs AWS and a real judge. */
function gateArguments(mode, notes) {
  const option = (name, value) => (value ? [`--${name}`, value] : []);
  const outside = [
    ...(env.INPUT_CLOUDWATCH === "true" ? ["--cloudwatch"] : []),
    ...option("registry", env.INPUT_REGISTRY),
  ];
  if (mode !== "bedrock" && outside.length > 0)
    notes.push(`nothing is published or recorded from a stand-in judge: ${outside.join(" ")} left out`);
  return [
    "gate",
    ...option("suite", env.INPUT_SUITE),
    ...option("config", env.INPUT_CONFIG),
    ...option("command", env.INPUT_COMMAND),
    ...option("prompt", env.INPUT_PROMPT),
    ...option("model", env.INPUT_MODEL),
    ...option("answers", env.INPUT_ANSWERS),
    ...headLabel(),
    ...baseArguments(mode, notes),
    ...(mode === "bedrock" ? outside : ["--stand-in"]),
    ...String(env.INPUT_EXTRA ?? "")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
    "--out",
    env.INPUT_OUT,
  ];
}

/** Metrics that a stand-in measures as well as a model does. */
const WITHOUT_JUDGE = new Set(
  "cost latency json_valid json_schema exact_match rouge_l bleu semantic_similarity_ngrams length contains regex max_words".split(
    " ",
  ),
);

/** Does the gate fail by nothing but what the judge says? */
const judgeAlone = ({ checks }) =>
  checks.every(
    ({ status, stage, metric }) =>
      status !== "failed" || !(stage.endsWith("_validation") || WITHOUT_JUDGE.has(metric)),
  );

function main() {
  const mode = env.INPUT_MODE;
  if (mode === "skip") {
    setOutputs({
      verdict: "skipped",
      "exit-code": "",
      "judge-alone": "",
      summary: "",
      comment: "",
      ran: "false",
    });
    return;
  }
  const notes = [];
  const args = gateArguments(mode, notes);
  for (const note of notes) annotate("warning", note);
  const [summary, comment] = ["summary.json", "comment.md"].map((name) => join(env.INPUT_OUT, name));
  // A folder that is used again must not lend its verdict to a gate that does not start.
  for (const file of [summary, comment]) rmSync(file, { force: true });
  const { status, signal } = spawnSync(process.execPath, [BIN, ...args], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const done = existsSync(summary);
  const document = done ? JSON.parse(readFileSync(summary, "utf8")) : { verdict: "error", checks: [] };
  if (done) addToSummary(readFileSync(comment, "utf8"));
  else
    addToSummary(
      `## ❌ The gate did not run\n\nIt ended with ${status ?? signal}; the log of the job says why.`,
    );
  if (notes.length > 0) addToSummary(notes.map((note) => `- ${note}`).join("\n"));
  setOutputs({
    verdict: document.verdict,
    "judge-alone": judgeAlone(document),
    "exit-code": status ?? 1,
    summary: done ? summary : "",
    comment: done ? comment : "",
    ran: "true",
  });
}

main();
