import { QUEUES, TABLES } from "@bellwether/core/topology";
import { describe, expect, it } from "vitest";
import { componentName } from "../../infra/each.ts";
import { loadGraphs } from "./graph/load.ts";
import { localResources } from "./graph/local-twin.ts";
import { find } from "./graph/lookup.ts";
import { MUTATIONS } from "./graph/mutations.ts";
import { checkInternals } from "./graph/platform.ts";
import { problemsOf, RULES } from "./graph/problems.ts";
import { cloudWatchLogs } from "./graph/rules/invocation-logs.ts";

interface DeployedQueue {
  readonly visibilityTimeoutSeconds: number;
  readonly messageRetentionSeconds: number;
  readonly redrivePolicy: string;
}

interface DeployedTable {
  readonly hashKey: string;
  readonly rangeKey: string;
}

/** Mistakes in the source, to see that the whole chain from infra/*.ts to the rules goes red. */
const EDITS = [
  {
    file: "infra/permissions.ts",
    from: '"rollouts-table/putRollout",',
    to: '"rollouts-table/putRollout", "lake-queries/queryLake",',
  },
  { file: "infra/queues.ts", from: "visibilityTimeout:", to: "delay:" },
];

const graphs = await loadGraphs(EDITS);
if (graphs === undefined)
  console.warn(
    "graph tests skipped: SST is not in .sst and npm could not fetch it (npm run check:infra shows why)",
  );

describe("the harness", () => {
  it("says when SST has moved what it leans on", () => {
    const root = new URL("../../", import.meta.url).pathname;
    expect(() => checkInternals(root, [["package.json", '"bellwether"']])).not.toThrow();
    expect(() => checkInternals(root, [["package.json", "no such text"]])).toThrow(
      'SST internals moved: package.json no longer has "no such text"',
    );
    expect(() => checkInternals(root, [["no/such/file", "x"]])).toThrow("SST internals moved: no/such/file");
  });
});

describe.runIf(graphs !== undefined)("what a deploy makes", () => {
  const { dev, prod, edited, both } = graphs as NonNullable<typeof graphs>;

  it.each(Object.entries(RULES))("%s", (_, rule) => {
    expect(rule(dev.graph)).toEqual([]);
    expect(rule(prod.graph)).toEqual([]);
  });

  it.each(MUTATIONS)("finds %s", (_, make, says) => {
    expect(problemsOf(make(dev.graph)).filter((problem) => says.test(problem))).toHaveLength(1);
  });

  it("finds a verb too many and a forgotten timeout in the source", () => {
    const problems = problemsOf(edited.graph);
    expect(problems).toContainEqual(
      expect.stringMatching(/^rollback may do has athena:StartQueryExecution on \S+ too$/),
    );
    expect(problems).toContainEqual("queue ingest: visibilityTimeoutSeconds is 30, not 1800");
  });

  it("is the same in every evaluation: two differ only in what was edited", () => {
    const untouched = ({ resources }: typeof dev.graph) =>
      resources.filter(({ type, name }) => type !== "aws:sqs/queue:Queue" && name !== "RollbackRole");
    expect(JSON.stringify(untouched(edited.graph))).toBe(JSON.stringify(untouched(dev.graph)));
    expect(edited.text).not.toBe(dev.text);
  });

  it("is what the local cloud makes, too: queues and tables", async () => {
    const queues = Object.keys(QUEUES).map((name) => {
      const logical = `${componentName(name, "queue")}Queue`;
      const inputs = find<DeployedQueue>(prod.graph, "sqs/queue:Queue", logical)?.inputs;
      const { maxReceiveCount } = JSON.parse(inputs?.redrivePolicy ?? "{}");
      const [visibility, retention] = [inputs?.visibilityTimeoutSeconds, inputs?.messageRetentionSeconds];
      return [`bellwether-${name}`, { visibility, retention, maxReceiveCount }];
    });
    const tables = Object.keys(TABLES).map((name) => {
      const logical = `${componentName(name, "table")}Table`;
      const inputs = find<DeployedTable>(prod.graph, "dynamodb/table:Table", logical)?.inputs;
      return [`bellwether-${name}`, [inputs?.hashKey, inputs?.rangeKey].filter((key) => key !== undefined)];
    });
    expect(await localResources()).toEqual({
      queues: Object.fromEntries(queues),
      tables: Object.fromEntries(tables),
    });
  });

  it("takes logs from CloudWatch Logs too, where a stage says so", () => {
    expect(problemsOf(both.graph)).toEqual([]);
    expect(cloudWatchLogs(both.graph)).toEqual([]);
    expect(cloudWatchLogs(dev.graph)).not.toEqual([]);
  });

  it("of dev and prod differs", () => {
    expect(dev.graph.app.removal).toBe("remove");
    expect(prod.graph.app.removal).toBe("retain");
  });
});
