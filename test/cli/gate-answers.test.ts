import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "@bellwether/cli/arguments";
import { gateOptions } from "@bellwether/cli/gate/options";
import { answerRequest } from "@bellwether/cli/gate/prompt-source";
import { main } from "@bellwether/cli/main";
import type { Side } from "@bellwether/core/gate/outcome";
import { describe, expect, it } from "vitest";
import { countingBedrock, gateFolder, runInWorld } from "../support/gate-world.ts";
import { recordingIo } from "../support/recording-io.ts";

const HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";

describe("answers of a command", () => {
  const firstOf = async (command: string, ...more: string[]) => {
    const { common } = gateFolder(1);
    const { head } = await runInWorld([...common, "--command", command, ...more], {});
    return head.items[0];
  };

  it("are its text, timed by the clock and unpriced", async () => {
    const item = await firstOf("echo; echo '  Two years. '");
    expect(item).toMatchObject({ answer: "Two years.", modelId: null, costUsd: null, inputTokens: null });
    expect(item?.latencyMs).toBeGreaterThanOrEqual(0);
  });

  it("are its JSON, priced by their tokens unless it names the price", async () => {
    const figures = { model_id: HAIKU, input_tokens: 1_000, output_tokens: 100, latency_ms: 12 };
    const say = (json: object) => firstOf(`echo '${JSON.stringify(json)}'`);
    const priced = await say({ answer: "Two.", ...figures });
    expect(priced).toMatchObject({ answer: "Two.", modelId: HAIKU, latencyMs: 12, inputTokens: 1_000 });
    // Claude Haiku 4.5 through a geographic profile: $1.10 and $5.50 per million tokens.
    expect(priced?.costUsd).toBeCloseTo(0.0011 + 0.00055, 10);
    expect(await say({ answer: "Two.", ...figures, cost_usd: 0.5 })).toMatchObject({ costUsd: 0.5 });
    expect(await say({ answer: "Two.", ...figures, model_id: "unknown.model" })).toMatchObject({
      costUsd: null,
    });
    expect(await say({ days: 7 })).toMatchObject({ answer: '{"days":7}' });
    expect(await say({ answer: "Two.", cost_usd: -1 })).toMatchObject({
      answer: null,
      problem: expect.stringMatching(/^the command's JSON: cost_usd: /),
    });
  });

  it("read the item on stdin, without the right answer", async () => {
    const { common, file, dir } = gateFolder(1);
    file(
      "suite.jsonl",
      `${JSON.stringify({ id: "x", input: "Q?", contexts: ["C"], reference: "secret", expected: { regex: "secret" }, tags: ["t"] })}\n`,
    );
    await runInWorld([...common, "--command", `cat > ${dir}/told.json; echo ok`], {});
    expect(JSON.parse(readFileSync(join(dir, "told.json"), "utf8"))).toEqual({
      id: "x",
      input: "Q?",
      contexts: ["C"],
      tags: ["t"],
    });
  });

  it("are asked for again when it fails, and in the end the item says why", async () => {
    const { common, dir } = gateFolder(1);
    const flaky = `echo x >> ${dir}/n; if [ $(wc -l < ${dir}/n) -lt 3 ]; then echo "bad luck" >&2; exit 7; fi; echo fine`;
    expect((await runInWorld([...common, "--command", flaky], {})).head.items[0]).toMatchObject({
      answer: "fine",
    });
    expect(await firstOf("echo 'no key' >&2; exit 7", "--retries", "0")).toMatchObject({
      answer: null,
      problem: "the command failed: exit 7: no key",
      draws: [],
    });
    expect(await firstOf("true")).toMatchObject({ problem: "the command wrote no answer" });
    expect(await firstOf("sleep 30", "--retries", "0", "--command-timeout", "0.05")).toMatchObject({
      problem: "the command failed: no answer within 0.05 s",
    });
  });

  it("run under this process's Node", async () => {
    expect((await firstOf("node -p process.version"))?.answer).toBe(process.version);
  });
});

describe("answers of a file", () => {
  it.each([
    ["", "answers.jsonl:1: the file has no answers"],
    ["{", "answers.jsonl:1: is not JSON"],
    ['{"id": "item-0"}', /answers\.jsonl:1: answer: /],
    ['{"id": "item-0", "answer": "x", "price": 1}', /answers\.jsonl:1: \(line\): Unrecognized key: "price"/],
    [
      '{"id": "item-0", "answer": "x"}\n\n{"id": "item-0", "answer": "y"}',
      'answers.jsonl:3: the id "item-0" comes twice',
    ],
    ['{"id": "item-9", "answer": "x"}', 'answers "item-9", which is no item of the suite'],
  ])("that says %j is refused", async (content, message) => {
    const { common, answers } = gateFolder(2);
    writeFileSync(answers, content);
    const run = runInWorld([...common, "--answers", answers], {});
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(message);
  });

  it("may leave items out, which then have no score", async () => {
    const { common, answers } = gateFolder(2);
    writeFileSync(answers, '{"id": "item-1", "answer": "x"}');
    const { head } = await runInWorld([...common, "--answers", answers], {});
    expect(head.items[0]).toMatchObject({
      itemId: "item-0",
      answer: null,
      problem: "answers.jsonl has no answer",
    });
    expect(head.items[1]).toMatchObject({ itemId: "item-1", answer: "x" });
  });
});

describe("a stored baseline", () => {
  const stored = async () => {
    const folder = gateFolder(3);
    const { files } = await runInWorld([...folder.common, "--answers", folder.answers], {});
    const side = JSON.parse(readFileSync(files.head, "utf8")) as Side;
    const rerun = (other: Side) => {
      const file = folder.file("stored.json", JSON.stringify(other));
      const bedrock = countingBedrock();
      return {
        bedrock,
        run: runInWorld([...folder.common, "--answers", folder.answers, "--baseline", file], bedrock),
      };
    };
    return { side, rerun, ...folder };
  };

  it("is taken as it was judged", async () => {
    const { side, rerun } = await stored();
    const { bedrock, run } = rerun({ ...side, label: "production" });
    expect((await run).base).toEqual({ ...side, label: "production" });
    expect(bedrock.requests).toHaveLength(0); // nor is the head judged again: its answers are the same
  });

  it.each([
    ["another version of the judge", { version: "old.1" }],
    ["another model", { modelId: "amazon.nova-pro-v1:0" }],
    ["a real judge instead of the stand-in", { standIn: false }],
  ])("of %s is refused in one line", async (_, changed) => {
    const { side, rerun } = await stored();
    const { run } = rerun({ ...side, judge: { ...side.judge, ...changed } });
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(
      /^--baseline .*stored\.json was judged by [^\n]*, this run by the stand-in judge[^\n]*$/,
    );
  });

  it("of another suite is refused, and so is a document of another shape", async () => {
    const { side, rerun } = await stored();
    await expect(rerun({ ...side, suiteHash: "f".repeat(64) }).run).rejects.toThrow(
      /is of another suite \(ffffffffffff, /,
    );
    await expect(rerun({ ...side, items: [{}] } as unknown as Side).run).rejects.toThrow(
      /stored\.json: items\.0\.itemId: /,
    );
  });
});

describe("answers of a prompt", () => {
  const item = { id: "a", input: "How long?", contexts: ["Seven days.", "Eight."], tags: [] };
  const version = { label: "p", version: "1", text: "Be brief.", modelId: HAIKU, maxTokens: 64 };

  it("are asked with the prompt as system text, passages tagged before the question", () => {
    expect(answerRequest(version, item)).toEqual({
      modelId: HAIKU,
      system: [{ text: "Be brief." }],
      messages: [
        {
          role: "user",
          content: [
            { text: "<context>\nSeven days.\n</context>\n<context>\nEight.\n</context>\n\nHow long?" },
          ],
        },
      ],
      inferenceConfig: { maxTokens: 64 },
      requestMetadata: { app: "bellwether-gate" },
    });
  });

  it("fill the prompt's slots when it has any, taking texts as they are", () => {
    const { system, messages } = answerRequest(
      { ...version, text: "Q: {{input}} / {{ contexts }}", temperature: 0.2 },
      { ...item, input: "$& {{contexts}}", contexts: [] },
    );
    expect(system).toBeUndefined();
    expect(messages?.[0]?.content).toEqual([{ text: "Q: $& {{contexts}} / " }]);
  });
});

describe("the command line", () => {
  const needed = ["--suite", "s", "--config", "c", "--out", "o"];
  it.each([
    [[], /^no answers to judge: pass --answers/],
    [["--answers", "a"], /^--suite FILE.jsonl is missing/],
    [
      [...needed, "--answers", "a", "--command", "c"],
      /^--answers, --command and --prompt exclude one another/,
    ],
    [[...needed, "--answers", "a", "--model", "m"], /^--model belongs to --prompt/],
    [
      [...needed, "--answers", "a", "--baseline", "b", "--base-command", "c"],
      /^--baseline, --base-command and --base-prompt exclude/,
    ],
    [[...needed, "--answers", "a", "--base-model", "m"], /^--base-model belongs to --base-prompt/],
    [[...needed, "--answers", "a", "--concurrency", "0"], /^--concurrency 0 is not a number of at least 1/],
    [[...needed, "--answers", "a", "--retries", "1.5"], /^--retries 1.5 is not a whole number/],
    [[...needed, "--answers", "a", "--monthly-requests", "many"], /^--monthly-requests many is not a number/],
    [[...needed, "--answers", "a", "extra"], /^unexpected "extra"/],
  ])("%j is refused", (args, message) => {
    expect(() => gateOptions(args)).toThrow(UsageError);
    expect(() => gateOptions(args)).toThrow(message);
  });
});

describe("files that cannot be used", () => {
  it.each([
    [
      "pipeline.yaml",
      "evaluation_pipeline: {stages: []}",
      /^bellwether: --config \S+pipeline\.yaml: evaluation_pipeline\.stages: names no stage\n$/,
    ],
    ["suite.jsonl", '{"id": "a"}', /^bellwether: --suite \S+suite\.jsonl:1: input: [^\n]+\n$/],
    [
      "suite.jsonl",
      '{"id": "a", "input": "?", "expected": {"json_schema": {"type": "objekt"}}}',
      /^bellwether: --suite \S+suite\.jsonl:1: expected\.json_schema: [^\n]+\n$/,
    ],
  ])("end the command with exit code 2 and one line: %s %j", async (name, content, message) => {
    const { common, answers, file } = gateFolder(1);
    file(name, content);
    const io = recordingIo();
    expect(await main(["gate", ...common, "--answers", answers], io)).toBe(2);
    expect(io.written.stdout).toBe("");
    expect(io.written.stderr).toMatch(message);
  });
});
