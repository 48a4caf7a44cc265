import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What each room may import besides its own files; a trailing `*` stands for any rest. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "packages/stats/src/": ["@datadog/sketches-js"],
  "packages/core/src/": [
    "@bellwether/stats/*",
    "zod",
    "yaml",
    "@pydantic/genai-prices",
    "eld/*",
    "node:crypto",
  ],
  "packages/evaluators/src/": [
    "@bellwether/core/*",
    "@bellwether/stats/*",
    "zod",
    "yaml",
    "ajv/dist/2020.js",
    "node:crypto",
  ],
  "packages/aws/src/": ["@bellwether/core/*", "@aws-sdk/*", "hyparquet", "hyparquet-writer", "zod", "node:*"],
  // Only what an app on Bedrock has already, or gets from Lambda.
  "packages/client/src/": [
    "node:crypto",
    "@aws-sdk/client-bedrock-runtime",
    "@aws-sdk/client-dynamodb",
    "@aws-sdk/client-eventbridge",
  ],
  "packages/local/src/": ["*"],
  "packages/cli/src/": ["*"],
  "functions/": [
    "@bellwether/aws/*",
    "@bellwether/evaluators/*",
    "@bellwether/core/*",
    "@bellwether/stats/*",
    "@aws-lambda-powertools/*",
    "aws-lambda",
    "zod",
    "node:crypto",
  ],
  // Infra builds from plain data only, never from code that runs in a function.
  "infra/": [
    "@bellwether/core/topology",
    "@bellwether/core/metrics",
    "@bellwether/core/alarms",
    "@bellwether/core/alarms/*",
    "@bellwether/core/dashboards/*",
    "@bellwether/core/lake/*",
    "@bellwether/core/config/config",
    "@bellwether/core/rollout/policy",
    "@bellwether/core/records/model",
    "node:child_process",
    "node:fs",
  ],
};

const PURE = ["packages/stats/src/", "packages/core/src/", "packages/evaluators/src/"];
const READS_ENVIRONMENT = ["packages/aws/src/environment.ts", "packages/local/src/", "packages/cli/src/"];
const HANDLER_LINES = 80;

/** What a pure function could only get from the machine it runs on. */
const IMPURE: readonly (readonly [name: string, use: RegExp])[] = [
  ["the clock", /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/],
  ["chance", /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/],
  ["the console", /\bconsole\s*\./],
  ["timers", /\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b/],
  ["the network", /\bfetch\(/],
];

const withoutComments = (source: string): string =>
  source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(?<=^|\s)\/\/.*$/gm, "");

/** Module specifiers of static, side-effect, re-exporting and dynamic imports. */
const importsOf = (source: string): string[] =>
  [...source.matchAll(/(?:\bfrom\s|\bimport\s|\bimport\()\s*["']([^"'\n]+)["']/g)].map(
    ([, target = ""]) => target,
  );

const allows = (pattern: string, target: string): boolean =>
  pattern.endsWith("*") ? target.startsWith(pattern.slice(0, -1)) : target === pattern;

const leavesRoom = (path: string, target: string, room: string): boolean =>
  !new URL(target, `file:///${path}`).pathname.startsWith(`/${room}`);

function importProblem(path: string, target: string, room: string): string | undefined {
  if (target.startsWith(".")) {
    if (leavesRoom(path, target, room)) return `${target} leaves ${room}`;
    return target.endsWith(".ts") ? undefined : `${target} has no .ts`;
  }
  return ROOMS[room]?.some((pattern) => allows(pattern, target)) ? undefined : `imports ${target}`;
}

/** Every rule of the house that a source file breaks. */
function problems(path: string, source: string): string[] {
  const room = Object.keys(ROOMS).find((candidate) => path.startsWith(candidate));
  if (room === undefined) return ["belongs to no room"];
  const code = withoutComments(source);
  const found = importsOf(code).flatMap((target) => importProblem(path, target, room) ?? []);
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/^(?:index|utils?|helpers?|common)\.ts$/.test(name)) found.push(`is called ${name}`);
  if (/\bexport\s+(?:default\b|\{[^}]*\bas default\b)/.test(code)) found.push("has a default export");
  // A file may hand on the type of its own answers, but no code of another file.
  if (/\bexport\s+(?:(?:type\s+)?\*|\{[^}]*\}\s*from\b)/.test(code)) found.push("re-exports another file");
  if (/\bprocess\.env\b/.test(code) && !READS_ENVIRONMENT.some((place) => path.startsWith(place)))
    found.push("reads process.env");
  if (PURE.includes(room))
    for (const [what, use] of IMPURE) if (use.test(code)) found.push(`touches ${what}`);
  const lines = source.trimEnd().split("\n").length;
  if (room === "functions/" && lines > HANDLER_LINES) found.push(`has ${lines} lines`);
  return found;
}

const files = globSync(["packages/*/src/**/*.ts", "functions/**/*.ts", "infra/**/*.ts"], { cwd: root });

describe("the rooms of the house", () => {
  it("are all visited", () => {
    for (const room of Object.keys(ROOMS)) expect(files.some((file) => file.startsWith(room))).toBe(true);
  });

  it.each(files)("%s", (file) => {
    expect(problems(file, readFileSync(`${root}${file}`, "utf8"))).toEqual([]);
  });

  it.each(globSync("test/**/*.test.ts", { cwd: root }))("%s replaces no module", (file) => {
    expect(readFileSync(`${root}${file}`, "utf8")).not.toMatch(/\bvi\.(?:do)?mock\(/i);
  });
});

describe("the rules see what they forbid", () => {
  it.each([
    ["packages/core/src/a.ts", 'import { s3 } from "@bellwether/aws/lake";', "imports @bellwether/aws/lake"],
    ["packages/core/src/a.ts", 'import type { X } from "@aws-sdk/client-s3";', "imports @aws-sdk/client-s3"],
    ["packages/stats/src/a.ts", 'import * as z from "zod";', "imports zod"],
    ["packages/evaluators/src/a.ts", 'import "node:fs";', "imports node:fs"],
    ["packages/aws/src/a.ts", 'await import("@bellwether/local/cloud");', "imports @bellwether/local/cloud"],
    ["packages/aws/src/a.ts", 'import { a } from "@bellwether/stats/a";', "imports @bellwether/stats/a"],
    [
      "packages/client/src/a.ts",
      'import { a } from "@bellwether/core/metrics";',
      "imports @bellwether/core/metrics",
    ],
    ["functions/a.ts", 'import {\n  S3Client,\n} from "@aws-sdk/client-s3";', "imports @aws-sdk/client-s3"],
    [
      "infra/a.ts",
      'import { a } from "@bellwether/core/rollout/tick";',
      "imports @bellwether/core/rollout/tick",
    ],
    [
      "packages/cli/src/a.ts",
      'import { handler } from "../../../functions/notify.ts";',
      "../../../functions/notify.ts leaves packages/cli/src/",
    ],
    ["packages/core/src/a/b.ts", 'import { a } from "../a";', "../a has no .ts"],
    ["packages/core/src/index.ts", "", "is called index.ts"],
    ["packages/local/src/utils.ts", "", "is called utils.ts"],
    ["packages/cli/src/a.ts", "export default 1;", "has a default export"],
    ["packages/cli/src/a.ts", "export { a as default };", "has a default export"],
    ["packages/aws/src/a.ts", 'export * from "./b.ts";', "re-exports another file"],
    ["packages/aws/src/a.ts", 'export type * from "./b.ts";', "re-exports another file"],
    ["packages/aws/src/a.ts", 'export { B } from "./b.ts";', "re-exports another file"],
    ["packages/aws/src/clients.ts", "const x = process.env.X;", "reads process.env"],
    ["packages/stats/src/a.ts", "const t = Date.now();", "touches the clock"],
    ["packages/core/src/a.ts", "const t = new Date();", "touches the clock"],
    ["packages/core/src/a.ts", "const r = Math.random();", "touches chance"],
    ["packages/evaluators/src/a.ts", "console.log(1);", "touches the console"],
    ["functions/a.ts", "let a;\n".repeat(81), "has 81 lines"],
    ["packages/new/src/a.ts", "", "belongs to no room"],
  ])("%s: %j", (path, source, problem) => {
    expect(problems(path, source)).toEqual([problem]);
  });

  it("reads neither comments nor what a rule allows", () => {
    const source = "// console.log(Date.now())\n/* Math.random() */\nconst at = new Date(0);\n";
    expect(problems("packages/core/src/a.ts", source)).toEqual([]);
    expect(problems("functions/a.ts", "let a;\n".repeat(80))).toEqual([]);
    expect(problems("packages/aws/src/environment.ts", "process.env.X;")).toEqual([]);
  });
});
