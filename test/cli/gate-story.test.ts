import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GateDocument } from "@bellwether/cli/gate/conclude";
import { gateOptions } from "@bellwether/cli/gate/options";
import { readInputs } from "@bellwether/cli/gate/read-inputs";
import { run } from "@bellwether/cli/gate-command";
import { sideSchema } from "@bellwether/core/gate/outcome";
import { parseSuite, type SuiteItem } from "@bellwether/core/gate/suite";
import { beforeAll, describe, expect, it } from "vitest";
import { answer } from "../../packages/cli/suites/help-center/bot.ts";
import { recordingIo } from "../support/recording-io.ts";

const SHIPPED = "packages/cli/suites/help-center";
const SUITE = `${SHIPPED}/suite.jsonl`;
const { items } = parseSuite(readFileSync(SUITE, "utf8"), SUITE);
const prompt = (name: string): string => readFileSync(`${SHIPPED}/prompts/${name}.md`, "utf8");
const dir = mkdtempSync(join(tmpdir(), "gate-story-"));

/** What the shipped bot answers under a prompt, as a file: a process per answer would take too long here. */
function answersUnder(name: string): string {
  const file = join(dir, `${name}.jsonl`);
  writeFileSync(
    file,
    items.map((item) => `${JSON.stringify({ id: item.id, ...answer(prompt(name), item) })}\n`).join(""),
  );
  return file;
}

async function gate(name: string, ...more: string[]) {
  const io = recordingIo();
  const common = ["--suite", SUITE, "--config", `${SHIPPED}/evaluation-pipeline.yaml`, "--stand-in"];
  const code = await run(
    [...common, "--answers", answersUnder(name), "--out", join(dir, "out"), ...more],
    io,
  );
  return { code, ...io.written };
}

const against = () => ["--baseline", join(dir, "production.json")];
async function document(name: string, ...more: string[]): Promise<GateDocument & { code: number }> {
  const { code, stdout } = await gate(name, ...against(), "--json", ...more);
  return { code, ...(JSON.parse(stdout) as GateDocument) };
}
const failures = ({ report }: GateDocument) =>
  report.checks.filter(({ status }) => status === "failed").map(({ stage, metric }) => `${stage} ${metric}`);

describe("the shipped suite", () => {
  beforeAll(async () => {
    expect((await gate("support")).code).toBe(3);
    writeFileSync(join(dir, "production.json"), readFileSync(join(dir, "out", "outcomes-head.json")));
  });

  it("has a README whose commands can be run as they stand", async () => {
    const readme = readFileSync(`${SHIPPED}/README.md`, "utf8");
    const commands = [...readme.matchAll(/^npx bellwether gate (.*)$/gm)].map(([, line = ""]) =>
      [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ""),
    );
    expect(commands).toHaveLength(4);
    for (const args of commands) {
      const options = gateOptions(args);
      expect((await readInputs(options)).suite.items).toHaveLength(items.length);
      expect(options.standIn && options.head.kind === "command" && options.head.command).toMatch(/^node /);
      for (const file of args.join(" ").match(/packages\S+/g) ?? []) expect(existsSync(file)).toBe(true);
    }
  });

  it("is answered by its bot run as a command as by its code", async () => {
    const [first, second] = items;
    const suite = join(dir, "two.jsonl");
    writeFileSync(suite, [first, second].map((item) => `${JSON.stringify(item)}\n`).join(""));
    const command = `node ${SHIPPED}/bot.ts ${SHIPPED}/prompts/support.md`;
    const config = `${SHIPPED}/evaluation-pipeline.yaml`;
    const io = recordingIo();
    const args = [
      "--suite",
      suite,
      "--config",
      config,
      "--command",
      command,
      "--stand-in",
      "--out",
      join(dir, "two"),
    ];
    expect(await run([...args, "--json"], io)).toBe(3);
    const { head } = (JSON.parse(io.written.stdout) as GateDocument).files;
    const side = sideSchema.parse(JSON.parse(readFileSync(head, "utf8")));
    const [said] = side.items;
    const { answer: text, input_tokens, latency_ms } = answer(prompt("support"), first as SuiteItem);
    expect(said).toMatchObject({ answer: text, inputTokens: input_tokens, latencyMs: latency_ms });
    expect(said?.costUsd).toBeGreaterThan(0);
  });

  it("has at least 60 items, each with passages and a right answer", () => {
    expect(items.length).toBeGreaterThanOrEqual(60);
    expect(
      items.every(({ contexts, reference, tags }) => contexts.length > 0 && reference && tags.length > 0),
    ).toBe(true);
  });

  it("cannot say whether a version is worse without one to compare it with", async () => {
    const { code, stdout, stderr } = await gate("support");
    expect(code).toBe(3);
    expect(stdout).toMatch(/^NOT ENOUGH EVIDENCE\n/);
    expect(stdout).toContain("there is no baseline to compare with");
    expect(stdout).toContain("judged by the stand-in judge in place of");
    expect(stderr).toMatch(/^gate: 70 items: support\.jsonl alone$/m);
    expect(stderr).toMatch(/^gate: judged by .*: at most 70 calls, about \$0\.\d+ .*nothing is paid/m);
  });

  it("passes an unchanged prompt", async () => {
    const result = await document("support");
    expect(result).toMatchObject({
      code: 0,
      verdict: "passed",
      exitCode: 0,
      stopped: null,
      suite: { items: 70, of: 70 },
    });
    expect(failures(result)).toEqual([]);
    expect(result.report.checks).toHaveLength(12);
    expect(result.report.checks.every(({ status }) => status === "passed")).toBe(true);
  });

  it("fails a prompt without its grounding rule, by faithfulness alone, with the interval and what was made up", async () => {
    const result = await document("support-ungrounded");
    expect(result).toMatchObject({ code: 1, verdict: "failed" });
    expect(failures(result)).toEqual(["synthetic_test_suite faithfulness", "regression_tests faithfulness"]);
    const [threshold] = result.report.checks;
    expect(threshold?.high).toBeLessThan(0.85);
    expect(threshold?.low).toBeGreaterThan(0.3);
    const [worst] = result.report.worst;
    const made = items
      .filter(({ id }) => id === worst?.itemId)
      .map((item) => answer(prompt("support-ungrounded"), item));
    expect(made[0]?.answer).toContain(worst?.unsupportedClaims[0]);
    const { code, stdout, stderr } = await gate("support-ungrounded", ...against());
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILED\n/);
    expect(stdout).toMatch(/^worst:\n {2}\S+ \(faithfulness -0\.\d+\): .* → nobody said: /m);
    expect(stderr).toMatch(/smallest losses that fail with a chance of 80 %: faithfulness /);
    const pictured = [...readFileSync("README.md", "utf8").matchAll(/^> (.+)$/gm)].map(
      ([, line = ""]) => line,
    );
    expect(pictured.length).toBeGreaterThan(8);
    const comment = readFileSync(join(dir, "out", "comment.md"), "utf8").split("\n");
    expect(comment).toEqual(expect.arrayContaining(pictured));
  });

  it("fails a prompt that is a tenth longer, by its cost alone", async () => {
    expect(prompt("support-longer").length / prompt("support").length).toBeCloseTo(1.1, 2);
    const result = await document("support-longer");
    expect(result).toMatchObject({ code: 1, verdict: "failed" });
    expect(failures(result)).toEqual(["regression_tests cost"]);
    expect(result.report.checks.filter(({ status }) => status !== "passed")).toHaveLength(1);
  });
});
