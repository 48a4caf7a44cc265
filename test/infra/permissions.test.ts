import { existsSync, readFileSync } from "node:fs";
import { FUNCTIONS, type FunctionName, QUEUES } from "@bellwether/core/topology";
import { describe, expect, it } from "vitest";
import { POLICY_READERS, statementsOf, USES } from "../../infra/permissions.ts";
import { type Grants, VERBS } from "../../infra/verbs.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const names = Object.keys(FUNCTIONS) as FunctionName[];
const moduleOf = (verb: string): string => verb.split("/")[0] ?? "";
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

/** Value imports of a source text, as [module, name]. */
function imports(source: string): [module: string, name: string][] {
  return [...source.matchAll(/import (?!type )\{([^}]*)\} from "([^"]+)"/g)].flatMap(
    ([, list = "", from = ""]) =>
      list
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "" && !item.startsWith("type "))
        .map((item): [string, string] => [from, item]),
  );
}

/** IAM actions where they are not `service:Operation` of the SDK command. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  // A missing key answers 404 only to those who may list the bucket.
  GetObjectCommand: ["s3:GetObject", "s3:ListBucket"],
  SendMessageBatchCommand: ["sqs:SendMessage"],
  ConverseCommand: ["bedrock:InvokeModel"],
  // Athena works with the rights of the caller: it looks tables up, reads the lake and writes the answer (Athena user
  // guide, "Access to databases and tables in the Glue Data Catalog" and the S3 section of its example policies).
  StartQueryExecutionCommand: [
    "athena:StartQueryExecution",
    "glue:GetDatabase",
    "glue:GetTable",
    "glue:GetPartitions",
    "s3:GetBucketLocation",
    "s3:ListBucket",
    "s3:GetObject",
    "s3:PutObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
  ],
};
const SERVICES: Readonly<Record<string, string>> = {
  "@aws-sdk/client-eventbridge": "events",
  "@aws-sdk/client-bedrock-runtime": "bedrock",
  "@aws-sdk/client-secrets-manager": "secretsmanager",
};

/** IAM actions of every SDK command that a module of packages/aws sends, itself or through a neighbour. */
function actionsOfModule(module: string): string[] {
  return imports(read(`packages/aws/src/${module}.ts`)).flatMap(([from, name]) => {
    if (from.startsWith("./")) return actionsOfModule(from.slice(2).replace(/\.ts$/, ""));
    if (!from.startsWith("@aws-sdk/") || !name.endsWith("Command")) return [];
    const service = SERVICES[from] ?? from.replace("@aws-sdk/client-", "");
    return ACTIONS[name] ?? [`${service}:${name.replace(/Command$/, "")}`];
  });
}

/** Verbs a function imports from modules that talk to AWS, as the permission table names them. */
function importedVerbs(name: FunctionName): string[] {
  const source = read(`functions/${name}.ts`);
  return imports(source)
    .filter(([from]) => from.startsWith("@bellwether/aws/"))
    .map(([from, verb]) => ({ module: from.replace("@bellwether/aws/", ""), verb }))
    .filter(({ module }) => actionsOfModule(module).length > 0)
    .flatMap(({ module, verb }) =>
      verb === "publish"
        ? [...source.matchAll(/\bpublish\("(\w+)"/g)].map(([, topic]) => `${module}/publish:${topic}`)
        : [`${module}/${verb}`],
    );
}

describe("permission table", () => {
  it.each(names)("%s lists exactly the verbs it imports", (name) => {
    expect(sorted(USES[name])).toEqual(sorted(importedVerbs(name)));
  });

  const modules = sorted(Object.keys(VERBS).map(moduleOf));
  it.each(modules)("grants for %s are exactly what its SDK commands need", (module) => {
    const granted = Object.entries<Grants>(VERBS)
      .filter(([verb]) => moduleOf(verb) === module)
      .flatMap(([, grants]) => Object.values(grants).flat());
    expect(sorted(granted)).toEqual(sorted(actionsOfModule(module)));
  });

  it.each(names)("%s gets no wildcard and one statement per resource", (name) => {
    const statements = statementsOf(name);
    expect(statements.length).toBeGreaterThan(0);
    expect(sorted(statements.map(({ resource }) => resource))).toHaveLength(statements.length);
    for (const { actions } of statements) {
      expect(actions.length).toBeGreaterThan(0);
      for (const action of actions) expect(action).toMatch(/^[a-z0-9]+:[A-Z][A-Za-z]+$/);
    }
  });

  it("lets Lambda empty exactly the queues that a function consumes", () => {
    const consumed = names.flatMap((name) =>
      statementsOf(name)
        .filter(({ actions }) => actions.includes("sqs:ReceiveMessage"))
        .map(({ resource, actions }) => {
          expect(actions).toEqual(expect.arrayContaining(["sqs:DeleteMessage", "sqs:GetQueueAttributes"]));
          return `${name} ${resource}`;
        }),
    );
    const sources = Object.entries<{ handler: string; sources?: readonly { queue: string }[] }>(FUNCTIONS);
    const expected = sources.flatMap(([name, { sources: queues = [] }]) =>
      queues.map(({ queue }) => `${name} queue:${queue}`),
    );
    expect(sorted(consumed)).toEqual(sorted(expected));
    expect(consumed).toHaveLength(Object.keys(QUEUES).length);
  });

  it("only the judge and its sentinel may call the judge, only rollback move a rollout, only detect-cost ask Athena, only notify read a secret", () => {
    const holders = (action: string, resource: string) =>
      names.filter((name) =>
        statementsOf(name).some((held) => held.resource === resource && held.actions.includes(action)),
      );
    expect(holders("bedrock:InvokeModel", "model:judge")).toEqual(["evaluate", "sentinel"]);
    expect(holders("dynamodb:PutItem", "table:rollouts")).toEqual(["rollback"]);
    expect(holders("athena:StartQueryExecution", "workgroup:lake")).toEqual(["detect-cost"]);
    expect(holders("secretsmanager:GetSecretValue", "secrets:people")).toEqual(["notify"]);
  });
});

describe("files beside the code", () => {
  it("policies travel with the functions that read them", () => {
    const readers = names.filter((name) =>
      /\b(load\w+Policy|readRubrics)\b/.test(read(`functions/${name}.ts`)),
    );
    expect(sorted(POLICY_READERS)).toEqual(sorted(readers));
    const named = [...read("infra/environment.ts").matchAll(/`\$\{POLICIES\}\/([\w.-]+)`/g)];
    expect(named.map(([, file]) => file)).toEqual(["rollback-policy.yaml", "budgets.yaml", "rubrics.yaml"]);
    for (const [, file] of named) expect(existsSync(new URL(`infra/policies/${file}`, root))).toBe(true);
  });
});
