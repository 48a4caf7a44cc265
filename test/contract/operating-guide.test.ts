import { existsSync, readFileSync } from "node:fs";
import { main } from "@bellwether/cli/main";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { LAKE_TABLES } from "@bellwether/core/lake/tables";
import { FUNCTIONS, type FunctionName, INVOCATION_LOGS, SCHEDULES, TABLES } from "@bellwether/core/topology";
import { describe, expect, it } from "vitest";
import { reservedConcurrency } from "../../infra/concurrency.ts";
import { STAGE_NAMES, stageOf, stageWithLogs } from "../../infra/stage.ts";
import { recordingIo } from "../support/recording-io.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const guide = read("infra/OPERATING.md");
const commands = [...guide.matchAll(/npx bellwether ([^\n`]+)/g)].map(([, line = ""]) => line.trim());
const only = (pattern: RegExp): string[] => [...guide.matchAll(pattern)].map(([, found = ""]) => found);

describe("the operating guide", () => {
  it("is where the README says", () => {
    expect(read("README.md")).toContain("(infra/OPERATING.md)");
  });

  it.each([...new Set(commands)])("names a command that exists, with its options: %s", async (line) => {
    const [name = "", ...words] = line.split(" ");
    const io = recordingIo();
    expect(await main(["help", name], io)).toBe(0);
    for (const word of words.filter((one) => one.startsWith("--"))) expect(io.written.stdout).toContain(word);
    const saved = words[words.indexOf("--saved") + 1];
    if (words.includes("--saved")) expect(Object.keys(SAVED_QUERIES)).toContain(saved);
  });

  it("names stages that exist", () => {
    const named = [...only(/--stage (\w+)/g), ...only(/\/bellwether\/(\w+)\//g)];
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(STAGE_NAMES).toContain(name);
    expect(stageOf("prod").keepsData).toBe(true);
  });

  it("uses the SST that infra is checked against", () => {
    const [, pinned] = /"sst@([\d.]+)"/.exec(read("infra/fetch-sst.mjs")) ?? [];
    expect(new Set(only(/sst@([\d.]+)/g))).toEqual(new Set([pinned]));
  });

  it("tells the watermark of every way that logs come", () => {
    for (const way of ["s3", "cloudwatch", "both", "unmanaged"] as const) {
      const [, minutes] = new RegExp(`\\| \`${way}\` \\|.*watermark (\\d+) min`).exec(guide) ?? [];
      expect(Number(minutes), way).toBe(stageWithLogs(way).config.lagMinutes);
    }
  });

  it("calls log group, role and policy by their names", () => {
    expect(guide).toContain(`--log-group-name ${INVOCATION_LOGS.logGroup("dev")}`);
    expect(guide).toContain(
      `--role-name ${INVOCATION_LOGS.role("dev", "us-east-1")} --policy-name ${INVOCATION_LOGS.rolePolicy}`,
    );
    expect(guide).toContain(`keeps events for ${INVOCATION_LOGS.logGroupDays} days`);
  });

  it("counts the functions that reserve concurrency", () => {
    const reserved = (stage: string) =>
      (Object.keys(FUNCTIONS) as FunctionName[]).reduce(
        (sum, name) => sum + (reservedConcurrency(name, stageOf(stage)) ?? 0),
        0,
      );
    expect(guide).toContain(`below ${100 + reserved("prod")} (${100 + reserved("dev")} for dev)`);
    const ticks = new Set(Object.values(SCHEDULES).map((schedule) => schedule.function)).size;
    const most = (name: "ingest" | "feedback" | "evaluate" | "notify") =>
      FUNCTIONS[name].sources.reduce((sum, { maxConcurrency }) => sum + maxConcurrency, 0);
    expect(guide).toContain(
      `reserved: ${ticks} for ticks, ${most("ingest")} for ingest, ${most("feedback")} for feedback, ${most("evaluate")} for evaluate, ${most("notify")} for notify`,
    );
  });

  it("says of every table what its loss means, and which can be restored", () => {
    for (const name of Object.keys(TABLES)) expect(guide).toMatch(new RegExp(`^\\| .*\`${name}\``, "m"));
    const restorable = Object.entries<{ hashKey: string; ttl?: string }>(TABLES).filter(
      ([, { ttl }]) => ttl === undefined,
    );
    expect(restorable.map(([name]) => name)).toEqual(["rollouts", "registry"]);
    for (const name of ["reviews_log"]) expect(Object.keys(LAKE_TABLES)).toContain(name);
  });

  it("points to files that exist", () => {
    const files = only(/`((?:infra|packages|sst\.)[\w./-]*\.(?:ts|yaml))`/g);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(existsSync(new URL(file, root)), file).toBe(true);
  });
});
