import { hash } from "node:crypto";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ConverseOutcome } from "@bellwether/aws/judge";
import { registryTable } from "@bellwether/aws/registry-table";
import { UsageError } from "@bellwether/cli/arguments";
import { promptSource } from "@bellwether/cli/gate/prompt-source";
import { readPrompt } from "@bellwether/cli/gate/prompt-version";
import { startWork } from "@bellwether/cli/gate/work";
import { openWorkLog } from "@bellwether/cli/gate/work-log";
import { run as registry } from "@bellwether/cli/registry-command";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { startDynamo } from "@bellwether/local/dynamo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gateFolder } from "../support/gate-world.ts";
import { recordingIo } from "../support/recording-io.ts";

const HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const ITEM = { id: "a", input: "How long?", contexts: ["Seven days."], tags: [] };
const VERSION = { label: "p", version: "1", text: "Be brief.", modelId: HAIKU, maxTokens: 64 };
const SIGNAL = new AbortController().signal;
const ANSWERED: ConverseOutcome = {
  kind: "answered",
  response: {
    output: { message: { role: "assistant", content: [{ text: "Seven " }, { text: "days." }] } },
    stopReason: "end_turn",
    metrics: { latencyMs: 412 },
  },
  usage: {
    inputTokens: 900,
    outputTokens: 100,
    cacheReadTokens: 100,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
  },
};

const sourceOf = (outcome: ConverseOutcome, asked: unknown[] = []) =>
  promptSource(
    VERSION,
    {
      converse: async (request) => {
        asked.push(request);
        return outcome;
      },
      close: () => undefined,
    },
    createPriceBook(),
  );

describe("answers of Bedrock", () => {
  it("have text, latency, tokens and the price of every kind of token", async () => {
    const asked = await sourceOf(ANSWERED).ask(ITEM, SIGNAL);
    expect(asked).toEqual({
      kind: "answered",
      answer: {
        text: "Seven days.",
        modelId: HAIKU,
        promptVersion: "1",
        // $1.10 per million input tokens, $0.11 read from the cache, $5.50 output.
        costUsd: expect.closeTo((900 * 1.1 + 100 * 0.11 + 100 * 5.5) / 1e6, 12),
        latencyMs: 412,
        inputTokens: 1_000,
        outputTokens: 100,
      },
    });
  });

  it("are a problem of the item when it is refused or silent, an outage when Bedrock is away", async () => {
    const refused = sourceOf({
      kind: "refused",
      reason: "invalid_request",
      detail: "ValidationException: no",
    });
    expect(await refused.ask(ITEM, SIGNAL)).toEqual({
      kind: "problem",
      reason: "Bedrock refused the call: ValidationException: no",
    });
    const silent = sourceOf({ ...ANSWERED, response: { output: { message: { content: [] } } } });
    expect(await silent.ask(ITEM, SIGNAL)).toEqual({ kind: "problem", reason: "the model wrote no text" });
    const away = (reason: "throttled" | "access_denied") =>
      sourceOf({ kind: "unavailable", reason, detail: "said so" }).ask(ITEM, SIGNAL);
    expect(await away("throttled")).toEqual({ kind: "unavailable", reason: "said so", final: false });
    expect(await away("access_denied")).toEqual({ kind: "unavailable", reason: "said so", final: true });
  });

  it("are used again by later runs, for as long as prompt, model and item are the same", async () => {
    const { dir } = gateFolder(1);
    const judge = {
      identity: { modelId: "m", version: "1", standIn: true },
      key: 0,
      calls: 1,
      estimateUsd: () => 0,
    };
    const look = async () => ({ kind: "unavailable", reason: "not asked", final: true }) as const;
    const asked: unknown[] = [];
    const askedIn = async (source: ReturnType<typeof sourceOf>, item = ITEM) => {
      const before = asked.length;
      const log = openWorkLog(`${dir}/work.jsonl`);
      const work = startWork({ log, judge: { ...judge, look }, patience: { waitsMs: [] }, signal: SIGNAL });
      expect(await work.answer(source, item)).toMatchObject({ answer: { text: "Seven days." } });
      log.finish(new Date(0));
      log.close();
      return asked.length - before;
    };
    expect(await askedIn(sourceOf(ANSWERED, asked))).toBe(1);
    expect(await askedIn(sourceOf(ANSWERED, asked))).toBe(0);
    expect(await askedIn(sourceOf(ANSWERED, asked), { ...ITEM, contexts: ["Eight days."] })).toBe(1);
    const other = { ...sourceOf(ANSWERED, asked), identity: { prompt: "Be verbose." } };
    expect(await askedIn(other)).toBe(1);
  });
});

describe("a prompt version", () => {
  const NAMES = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    REGISTRY_TABLE: "registry",
  };
  const before = { ...process.env };
  let dynamo: Awaited<ReturnType<typeof startDynamo>>;
  const { file } = gateFolder(1);
  const prompt = file("v1.md", "Be kind.\r\n");

  beforeAll(async () => {
    dynamo = await startDynamo();
    Object.assign(process.env, NAMES, { AWS_ENDPOINT_URL_DYNAMODB: dynamo.url });
    const client = new DynamoDBClient({});
    await client.send(
      new CreateTableCommand({
        TableName: "registry",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
      }),
    );
    client.destroy();
  });
  afterAll(async () => {
    for (const name of [...Object.keys(NAMES), "AWS_ENDPOINT_URL_DYNAMODB"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    await dynamo.stop();
  });

  it("comes from a file, called by its content", async () => {
    const read = await readPrompt(prompt, HAIKU);
    expect(read).toMatchObject({ text: "Be kind.\n", modelId: HAIKU, label: `v1.md on ${HAIKU}` });
    expect(read.version).toBe(hash("sha256", "Be kind.\n", "hex").slice(0, 12));
    await expect(readPrompt(prompt, undefined)).rejects.toThrow(/^--model ID is missing: /);
  });

  it("comes from the registry, with the model and parameters registered there", async () => {
    const line = `add --app shop --kind prompt --version v7 --file ${prompt} --model ${HAIKU} --param temperature=0.2 --param maxTokens=99`;
    expect(await registry(line.split(" "), recordingIo())).toBe(0);
    expect(await registryTable.getEntry({ app: "shop", kind: "prompt" }, "v7")).toBeDefined();
    expect(await readPrompt("registry:shop/v7", undefined)).toEqual({
      label: `shop/v7 on ${HAIKU}`,
      version: "v7",
      text: "Be kind.\n",
      modelId: HAIKU,
      maxTokens: 99,
      temperature: 0.2,
    });
    expect((await readPrompt("registry:shop/v7", "amazon.nova-lite-v1:0")).modelId).toBe(
      "amazon.nova-lite-v1:0",
    );
    for (const [name, message] of [
      ["registry:shop/v8", "shop has no registered prompt v8"],
      ["registry:shop", "write registry:APP/VERSION"],
      ["registry:/v7", "write registry:APP/VERSION"],
    ] as const) {
      await expect(readPrompt(name, HAIKU)).rejects.toThrow(UsageError);
      await expect(readPrompt(name, HAIKU)).rejects.toThrow(message);
    }
  });
});
