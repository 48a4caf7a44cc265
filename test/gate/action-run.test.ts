import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runStep } from "../support/action-step.ts";

/** Stands for the gate: keeps its arguments, and what the base's command would say. */
const FAKE_GATE = `
import { execSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
const args = process.argv.slice(2);
const of = (name) => args[args.indexOf(name) + 1];
mkdirSync(of("--out"), { recursive: true });
const base = args.includes("--base-command") ? execSync(of("--base-command"), { encoding: "utf8" }) : null;
writeFileSync("args.json", JSON.stringify({ args, base }));
if (process.env.FAKE_CODE === "2") process.exit(2);
writeFileSync(of("--out") + "/summary.json", process.env.FAKE_SUMMARY);
writeFileSync(of("--out") + "/comment.md", "<!-- marker -->\\n\\n## the comment\\n");
process.exit(Number(process.env.FAKE_CODE));
`;

/** A repository whose first commit says "before" and whose checkout says "after", and the gate's stand-in. */
function repository() {
  const dir = mkdtempSync(join(tmpdir(), "gate-repository-"));
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: dir, encoding: "utf8", stdio: "pipe" }).trim();
  git("init", "-q", "-b", "main");
  mkdirSync(join(dir, "it's"));
  const commit = (said: string): string => {
    writeFileSync(join(dir, "it's", "bot.sh"), `echo ${said}\n`);
    git("add", "-A");
    git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", said);
    return git("rev-parse", "HEAD");
  };
  const before = commit("before");
  writeFileSync(join(dir, "prompt.md"), "new");
  commit("after");
  const bin = join(dir, "gate.mjs");
  writeFileSync(bin, FAKE_GATE);
  chmodSync(bin, 0o755);
  const env = (
    more: Readonly<Record<string, string>>,
    summary: object = { verdict: "passed", checks: [] },
  ) => ({
    BELLWETHER_BIN: bin,
    FAKE_CODE: "0",
    FAKE_SUMMARY: JSON.stringify(summary),
    INPUT_MODE: "bedrock",
    INPUT_SUITE: "suite.jsonl",
    INPUT_CONFIG: "pipeline.yaml",
    INPUT_OUT: "results",
    ...more,
  });
  const told = () =>
    JSON.parse(readFileSync(join(dir, "args.json"), "utf8")) as { args: string[]; base: string | null };
  return { dir, before, env, told };
}

const shared = repository();
const COMMAND = 'sh "it\'s/bot.sh"';
const COMMON = ["gate", "--suite", "suite.jsonl", "--config", "pipeline.yaml"];
const OUT = ["--out", "results"];

describe("a run of the action", () => {
  it("compares this checkout with another commit of the repository, in one run", async () => {
    const { dir, before, env, told } = shared;
    const inputs = { INPUT_COMMAND: COMMAND, INPUT_BASE_REF: before, INPUT_BASE_SETUP: "echo ready > ready" };
    const { code, outputs, summary } = await runStep("run-gate.mjs", env(inputs), {
      cwd: dir,
      event: { pull_request: { head: { sha: "abcdef0123456789" } } },
    });
    expect(code).toBe(0);
    const { args, base } = told();
    expect(args).toEqual([
      ...COMMON,
      "--command",
      COMMAND,
      "--label",
      "this change (abcdef0)",
      "--base-command",
      expect.any(String),
      "--base-label",
      `base (${before.slice(0, 7)})`,
      ...OUT,
    ]);
    expect(base).toBe("before\n");
    expect(outputs).toEqual({
      verdict: "passed",
      "judge-alone": "true",
      "exit-code": "0",
      summary: "results/summary.json",
      comment: "results/comment.md",
      ran: "true",
    });
    expect(summary).toContain("## the comment");
  });

  it.each([
    ["a new branch has nothing before it", "0000000000000000000000000000000000000000", ""],
    [
      "a commit that nobody has",
      "1111111111111111111111111111111111111111",
      "cannot be fetched, so nothing is compared",
    ],
  ])("says that %s", async (_, ref, note) => {
    const { dir, env, told } = shared;
    const { code, summary } = await runStep(
      "run-gate.mjs",
      env({ INPUT_COMMAND: COMMAND, INPUT_BASE_REF: ref }),
      { cwd: dir },
    );
    expect(code).toBe(0);
    expect(told().args).toEqual([...COMMON, "--command", COMMAND, ...OUT]);
    expect(summary).toContain(note);
  });

  it("takes a prompt of the base, unless it is new", async () => {
    const { dir, before, env, told } = shared;
    const inputs = { INPUT_PROMPT: "prompt.md", INPUT_MODEL: "m" };
    const added = await runStep("run-gate.mjs", env({ ...inputs, INPUT_BASE_REF: before }), { cwd: dir });
    expect(added.summary).toContain("it is new, and nothing is compared");
    expect(told().args).not.toContain("--base-prompt");
    await runStep("run-gate.mjs", env({ ...inputs, INPUT_BASE_REF: "main" }), { cwd: dir });
    expect(told().args).toContain("--base-prompt");
  });

  it("writes nowhere with a stand-in, and compares no stand-in with a model", async () => {
    const { dir, env, told } = shared;
    writeFileSync(join(dir, "stored.json"), JSON.stringify({ judge: { standIn: false } }));
    const inputs = {
      INPUT_COMMAND: COMMAND,
      INPUT_BASELINE: "stored.json",
      INPUT_CLOUDWATCH: "true",
      INPUT_REGISTRY: "bot/v2",
      INPUT_EXTRA: "--retries\n0\n",
    };
    await runStep("run-gate.mjs", env(inputs), { cwd: dir });
    expect(told().args).toEqual([
      ...COMMON,
      "--command",
      COMMAND,
      "--baseline",
      "stored.json",
      "--cloudwatch",
      "--registry",
      "bot/v2",
      "--retries",
      "0",
      ...OUT,
    ]);
    const { summary } = await runStep("run-gate.mjs", env({ ...inputs, INPUT_MODE: "fallback" }), {
      cwd: dir,
    });
    expect(told().args).toEqual([...COMMON, "--command", COMMAND, "--stand-in", "--retries", "0", ...OUT]);
    expect(summary).toContain("nothing is published or recorded from a stand-in judge");
    expect(summary).toContain("does not compare with a stand-in's scores");
  });

  it("says whether it fails by the judge alone", async () => {
    const { dir, env } = shared;
    const failing = (...checks: object[]) =>
      runStep(
        "run-gate.mjs",
        env({ INPUT_COMMAND: COMMAND, FAKE_CODE: "1" }, { verdict: "failed", checks }),
        { cwd: dir },
      );
    const score = { status: "failed", stage: "regression_tests", metric: "faithfulness" };
    expect((await failing(score)).outputs).toMatchObject({
      verdict: "failed",
      "judge-alone": "true",
      "exit-code": "1",
    });
    expect((await failing(score, { ...score, metric: "cost" })).outputs).toMatchObject({
      "judge-alone": "false",
    });
    expect((await failing({ ...score, stage: "latency_validation", metric: "p95" })).outputs).toMatchObject({
      "judge-alone": "false",
    });
  });

  it("has no verdict where the gate could not start, and runs nothing when it is skipped", async () => {
    const { dir, env } = shared;
    const wrong = await runStep("run-gate.mjs", env({ INPUT_COMMAND: COMMAND, FAKE_CODE: "2" }), {
      cwd: dir,
    });
    expect(wrong.outputs).toMatchObject({ verdict: "error", "exit-code": "2", summary: "", comment: "" });
    expect(wrong.summary).toContain("The gate did not run");
    const skipped = await runStep("run-gate.mjs", env({ INPUT_MODE: "skip" }), { cwd: dir });
    expect(skipped.outputs).toMatchObject({ verdict: "skipped", "exit-code": "", ran: "false" });
  });
});
