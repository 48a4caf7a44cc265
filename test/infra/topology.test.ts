import { existsSync, readdirSync, readFileSync } from "node:fs";
import { alarmsOf } from "@bellwether/core/alarms";
import { parseConfig } from "@bellwether/core/config/config";
import { BUCKETS, ENVIRONMENT, FUNCTIONS } from "@bellwether/core/topology";
import { describe, expect, it } from "vitest";
import { componentName, each } from "../../infra/each.ts";
import { STAGE_NAMES, stageOf } from "../../infra/stage.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const files = readdirSync(new URL("infra/", root)).filter((name) => name.endsWith(".ts"));
const sources = new Map(files.map((name) => [name, read(`infra/${name}`)]));
const infra = [...sources.values()].join("\n");

describe("infra is built from the topology", () => {
  it.each([
    ["TABLES", "tables.ts", ["sst.aws.Dynamo"]],
    ["QUEUES", "queues.ts", ["sst.aws.Queue"]],
    ["TOPICS", "topics.ts", ["sst.aws.SnsTopic", "aws.sns.TopicPolicy"]],
    ["FUNCTIONS", "functions.ts", ["sst.aws.Function"]],
    ["FUNCTIONS", "event-sources.ts", ["aws.lambda.EventSourceMapping"]],
    ["RULES", "rules.ts", ["aws.cloudwatch.EventRule"]],
    ["SCHEDULES", "schedules.ts", ["sst.aws.CronV2"]],
    ["LAKE_TABLES", "lake.ts", ["aws.glue.CatalogTable"]],
  ])("every entry of %s becomes what %s makes", (table, file, components) => {
    const loops = `${sources.get(file)}`.split(new RegExp(`\\beach(?:<[^(]*>)?\\(\\s*${table}\\b`)).slice(1);
    expect(loops.flatMap((body) => /new ([\w.]+)\(/.exec(body)?.[1] ?? [])).toEqual(components);
  });

  it("makes every bucket", () => {
    for (const bucket of BUCKETS)
      expect(sources.get("buckets.ts")).toMatch(`const ${bucket} = new sst.aws.Bucket`);
  });

  it("sets every environment variable of packages/aws", () => {
    for (const name of Object.keys(ENVIRONMENT)) expect(sources.get("environment.ts")).toMatch(`  ${name}: `);
  });

  it("never links, which would grant every action on a resource", () => {
    expect(infra).not.toMatch(/\blink:/);
  });

  it.each(Object.values(FUNCTIONS).map(({ handler }) => handler))("%s is exported by a file", (handler) => {
    const [path, name] = handler.split(".");
    expect(read(`${path}.ts`)).toMatch(`export const ${name} =`);
  });

  it("deploys every infra file", () => {
    const seen = new Set<string>();
    const visit = (source: string): void => {
      for (const [, name = ""] of source.matchAll(/(?:from|import\() ?"\.\/(?:infra\/)?([\w-]+\.ts)"/g)) {
        if (seen.has(name)) continue;
        seen.add(name);
        visit(sources.get(name) ?? "");
      }
    };
    visit(read("sst.config.ts"));
    expect([...seen].sort()).toEqual(files.sort());
    expect(existsSync(new URL("tsconfig.infra.json", root))).toBe(true);
  });
});

describe("component names", () => {
  it.each([
    [["evaluate-high", "queue"], "EvaluateHighQueue"],
    [["requests_log"], "RequestsLog"],
    [["pages", "email", "on-call@example.com"], "PagesEmailOnCallExampleCom"],
  ])("%j is %s", (words, name) => {
    expect(componentName(...words)).toBe(name);
  });

  it("names made for alarms of different apps differ", () => {
    const names = alarmsOf(parseConfig({ apps: ["a", "b"] })).map(({ name }) => componentName(name));
    expect(new Set(names).size).toBe(names.length);
  });

  it("each keeps what it makes under the entry's name", () => {
    expect(each({ a: 1, b: 2 }, (name, value) => `${name}${value}`)).toEqual({ a: "a1", b: "b2" });
  });
});

describe("stages", () => {
  it("are dev, preprod and prod, and nothing else deploys", () => {
    expect(STAGE_NAMES).toEqual(["dev", "preprod", "prod"]);
    expect(() => stageOf("staging")).toThrow('no stage "staging"');
  });

  it.each(["dev", "preprod", "prod"])("%s keeps texts as long as request items point to them", (name) => {
    expect(stageOf(name).logsRetentionDays).toBeGreaterThanOrEqual(35);
    expect(stageOf(name).config.apps.length).toBeGreaterThan(0);
  });

  it.each(["dev", "preprod", "prod"])("%s waits for records as long as its way of delivery takes", (name) => {
    const { invocationLogs, config } = stageOf(name);
    expect(["s3", "cloudwatch", "both", "unmanaged"]).toContain(invocationLogs);
    expect(config.lagMinutes).toBe(invocationLogs === "cloudwatch" ? 2 : 15);
  });

  it("only prod keeps its data when it is taken down", () => {
    expect(STAGE_NAMES.filter((name) => stageOf(name).keepsData)).toEqual(["prod"]);
  });
});
