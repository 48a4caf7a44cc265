import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { registryTable } from "@bellwether/aws/registry-table";
import type { GateSummary } from "@bellwether/cli/gate/summary";
import { main } from "@bellwether/cli/main";
import { changeVersion } from "@bellwether/core/registry/change-version";
import { readVersion } from "@bellwether/core/registry/read";
import { register } from "@bellwether/core/registry/register";
import { setPolicy } from "@bellwether/core/registry/set-policy";
import { createClock } from "@bellwether/local/clock";
import { startBedrock } from "@bellwether/local/endpoints/bedrock";
import { type CloudWatch, startCloudWatch } from "@bellwether/local/endpoints/cloudwatch";
import { standInJudge } from "@bellwether/local/judge/stand-in";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gateFolder, runInWorld } from "../support/gate-world.ts";
import { startTables } from "../support/local-tables.ts";
import { recordingIo } from "../support/recording-io.ts";

const HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const ADA = { by: "ada", at: Date.UTC(2026, 9, 6), why: "" };
const ITEMS = 30;
let tables: Awaited<ReturnType<typeof startTables>>;
let bedrock: Awaited<ReturnType<typeof startBedrock>>;
let cloudWatch: CloudWatch;

beforeAll(async () => {
  const clock = createClock(Date.now());
  bedrock = await startBedrock({ clock, answer: ({ body }) => standInJudge(body) });
  cloudWatch = await startCloudWatch({ clock, onStateChange: () => undefined });
  tables = await startTables("rollouts", "registry", "state");
  process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = bedrock.url;
  process.env.AWS_ENDPOINT_URL_CLOUDWATCH = cloudWatch.url;
  process.env.GITHUB_ACTOR = "octo";
});
afterAll(async () => {
  for (const name of ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL_CLOUDWATCH", "GITHUB_ACTOR"])
    delete process.env[name];
  await tables.stop();
  await cloudWatch.stop();
  await bedrock.stop();
});

async function bellwether(...args: string[]) {
  const io = recordingIo();
  const code = await main(args, io);
  return { code, ...io.written };
}

/** A gate over answers that their passages bear out, or do not. */
async function gate(answer: (fact: string) => string, ...more: string[]) {
  const { common, file, dir } = gateFolder(ITEMS);
  const answers = Array.from({ length: ITEMS }, (_, i) => ({
    id: `item-${i}`,
    answer: answer(`The warranty of model ${i} lasts ${i + 2} years.`),
    model_id: HAIKU,
    input_tokens: 1_000,
    output_tokens: 100,
    ...(i === 0 ? {} : { latency_ms: 500 + i }),
  }));
  const given = file("given.jsonl", answers.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const args = common.filter((option) => option !== "--stand-in");
  const ended = await bellwether("gate", ...args, "--answers", given, ...more);
  const summary = join(dir, "out", "summary.json");
  return {
    ...ended,
    summary: existsSync(summary) ? (JSON.parse(readFileSync(summary, "utf8")) as GateSummary) : undefined,
    written: ["comment.md", "junit.xml"].every((name) => existsSync(join(dir, "out", name))),
  };
}
const right = (fact: string) => fact;
const wrong = () => "A technician visits you within four hours, free of charge.";

async function registered(app: string, requireGate = true): Promise<void> {
  const family = { app, kind: "prompt" } as const;
  await setPolicy(family, { requireGate }, ADA, registryTable);
  const text = `Be kind to ${app}.`;
  await register(
    { ...family, version: "v2", text, uri: null, modelId: HAIKU, parameters: {} },
    ADA,
    registryTable,
  );
  await changeVersion(family, "v2", { kind: "approve" }, ADA, registryTable);
}
const entryOf = (app: string) => readVersion({ app, kind: "prompt" }, "v2", registryTable);
const toCanary = (app: string) =>
  bellwether(..."rollout start --stable v1 --canary v2 --share 0.1 --app".split(" "), app);

describe("a gate that records for a registered version", () => {
  it("lets it become a canary when the policy asks for a gate, and not before", async () => {
    await registered("bot");
    expect(await toCanary("bot")).toMatchObject({
      code: 1,
      stderr: "bellwether: the registry refused: no gate has passed v2, and the policy requires one\n",
    });
    const { code, summary } = await gate(right, "--registry", "bot/v2", "--kind", "prompt");
    expect(code).toBe(0);
    expect(await entryOf("bot")).toMatchObject({
      gate: {
        passed: true,
        detail: expect.stringMatching(/^passed: given\.jsonl, 30 items$/),
        at: Date.parse(summary?.timestamp ?? ""),
      },
      cost: {
        usdPerRequest: expect.closeTo(0.00165, 10),
        usdPer1kInputTokens: 0.0011,
        usdPer1kOutputTokens: 0.0055,
        requests: 30,
        source: "gate",
      },
      latency: { p50Ms: 515, p95Ms: 528, p99Ms: 529, requests: 29, source: "gate" },
    });
    const scores = (await entryOf("bot"))?.scores ?? [];
    expect(scores.find(({ metric }) => metric === "faithfulness")).toMatchObject({
      source: "gate",
      mean: 1,
      high: 1,
      nEff: 30,
    });
    expect((await entryOf("bot"))?.audit.slice(-2)).toMatchObject([
      { change: "measured", by: "octo" },
      { change: "gated", by: "octo", why: expect.stringMatching(/^gate of .*suite\.jsonl$/) },
    ]);
    expect(await toCanary("bot")).toMatchObject({ code: 0 });
  });

  it("keeps it out when the gate fails, and says by what", async () => {
    await registered("bad");
    expect(await gate(wrong, "--registry", "bad/v2")).toMatchObject({ code: 1 });
    const { gate: recorded, scores } = (await entryOf("bad")) ?? {};
    expect(recorded).toMatchObject({
      passed: false,
      detail: expect.stringMatching(/^failed: .*; faithfulness: mean 0, threshold 0\.8: surely below/),
    });
    expect(scores?.find(({ metric }) => metric === "faithfulness")).toMatchObject({ mean: 0 });
    expect((await toCanary("bad")).stderr).toMatch(
      /^bellwether: the registry refused: the gate of v2 failed: /,
    );
  });

  it.each([
    ["bot/v9", [], "--registry: bot has no version v9"],
    ["bot", [], "--registry bot: write APP/VERSION"],
    ["bot/v2", ["--kind", "tool"], "--kind tool is not one of prompt, model"],
  ])("refuses %s %j before anything is judged", async (registry, more, problem) => {
    const { code, stderr, summary } = await gate(right, "--registry", registry, ...more);
    expect({ code, stderr, summary }).toEqual({
      code: 2,
      stderr: `bellwether: ${problem}\n`,
      summary: undefined,
    });
  });

  it("is about the prompt that is tested, and takes no stand-in's word outside this machine", async () => {
    await registered("mine");
    const { common, file } = gateFolder(1);
    const prompt = file("other.md", "Be rude.");
    const tested = await bellwether(
      "gate",
      ...common,
      "--prompt",
      prompt,
      "--model",
      HAIKU,
      "--registry",
      "mine/v2",
    );
    expect(tested).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is another prompt than --prompt"),
    });
    const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB;
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    const standIn = await gate(right, "--stand-in", "--registry", "mine/v2");
    process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
    expect(standIn).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("a stand-in judge's verdict must not"),
    });
  });

  it("fails when the registry cannot be reached, with all results written", async () => {
    const table = process.env.REGISTRY_TABLE;
    process.env.REGISTRY_TABLE = "gone";
    const { code, stderr, stdout, summary, written } = await gate(right, "--registry", "bot/v2", "--json");
    process.env.REGISTRY_TABLE = table;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gate: the registry cannot be read \(.*\); tried again at the end$/m);
    expect(stderr).toMatch(
      /^bellwether: the result could not be recorded in the registry: .*summary\.json\)$/m,
    );
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "passed" });
    expect([summary?.verdict, written]).toEqual(["passed", true]);
  });
});

describe("a gate that publishes", () => {
  const client = () => new CloudWatchClient({ endpoint: cloudWatch.url });

  it("puts what was measured into GenAI/Evaluation by model, and nothing else", async () => {
    const { code, summary } = await gate(right, "--cloudwatch");
    expect(code).toBe(0);
    const { Metrics = [] } = await client().send(new ListMetricsCommand({ Namespace: "GenAI/Evaluation" }));
    const names = Metrics.map(({ MetricName }) => MetricName);
    expect(names).toEqual(
      expect.arrayContaining([
        "faithfulness",
        "answer_relevancy",
        "context_precision",
        "safety",
        "avg_cost",
        "p95_latency",
        "test_case_count",
      ]),
    );
    expect(names).not.toContain("context_recall"); // no item has a reference
    for (const { Dimensions } of Metrics) expect(Dimensions).toEqual([{ Name: "ModelId", Value: HAIKU }]);
    const wanted = ["faithfulness", "avg_cost", "p95_latency"] as const;
    const at = Date.parse(summary?.timestamp ?? "");
    const { MetricDataResults = [] } = await client().send(
      new GetMetricDataCommand({
        StartTime: new Date(at - 120_000),
        EndTime: new Date(at + 120_000),
        MetricDataQueries: wanted.map((MetricName, i) => ({
          Id: `m${i}`,
          MetricStat: {
            Metric: {
              Namespace: "GenAI/Evaluation",
              MetricName,
              Dimensions: [{ Name: "ModelId", Value: HAIKU }],
            },
            Period: 60,
            Stat: "Average",
          },
        })),
      }),
    );
    expect(MetricDataResults.map(({ Values }) => Values?.at(-1))).toEqual(
      wanted.map((name) => summary?.[name]),
    );
  });

  it("keeps a stand-in's numbers apart", async () => {
    await gate(right, "--cloudwatch", "--stand-in");
    const { Metrics = [] } = await client().send(
      new ListMetricsCommand({
        Namespace: "GenAI/Evaluation",
        MetricName: "faithfulness",
        Dimensions: [{ Name: "Judge", Value: "stand-in" }],
      }),
    );
    expect(Metrics).toHaveLength(1);
  });
});

describe("the results of a run", () => {
  it("are gone as soon as another one starts, so that a run that is killed has none", async () => {
    const { common, answers, dir } = gateFolder(2);
    const results = () =>
      ["summary.json", "comment.md", "junit.xml"].filter((name) => existsSync(join(dir, "out", name)));
    await bellwether("gate", ...common, "--answers", answers);
    expect(results()).toHaveLength(3);
    let found: string[] | undefined;
    await runInWorld([...common, "--answers", answers], {
      onPlan: () => {
        found = results();
      },
    });
    expect(found).toEqual([]);
  });
});
