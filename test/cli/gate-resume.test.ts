import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { countingBedrock, gateFolder, runInWorld } from "../support/gate-world.ts";

const workOf = (dir: string) => join(dir, "out", "work.jsonl");
const linesOf = (dir: string) => readFileSync(workOf(dir), "utf8").split("\n").slice(0, -1);

/** A command that notes every run of it in DIR/runs.txt. */
const noting = (dir: string, says = "The warranty of model 0 lasts 2 years.") =>
  `echo run >> ${dir}/runs.txt; echo "${says}"`;
const runsOf = (dir: string) => readFileSync(join(dir, "runs.txt"), "utf8").split("\n").length - 1;

describe("a gate that was stopped", () => {
  it("pays for every answer and every look once, however it is stopped and torn", async () => {
    const { dir, common, ids } = gateFolder(12);
    const args = [...common, "--command", noting(dir), "--concurrency", "1"];
    const stopping = new AbortController();
    const first = countingBedrock((call) => {
      if (call === 5) stopping.abort();
      return undefined;
    });
    const stopped = await runInWorld(args, { ...first, interrupted: stopping.signal });
    expect(stopped.stopped?.why).toBe("interrupted");
    expect(first.requests).toHaveLength(5);
    expect(stopped.head.items.filter(({ draws }) => draws.length === 1)).toHaveLength(5);
    expect(stopped.head.items.at(-1)).toMatchObject({ answer: null, problem: "not reached: interrupted" });

    // The process died in the middle of its next line.
    const whole = readFileSync(workOf(dir), "utf8");
    appendFileSync(workOf(dir), linesOf(dir)[0]?.slice(0, 40) ?? "");
    const second = countingBedrock();
    const done = await runInWorld(args, second);
    expect(second.requests).toHaveLength(ids.length - 5);
    expect(runsOf(dir)).toBe(ids.length);
    expect(done.stopped).toBeUndefined();
    expect(done.plan).toMatchObject({ found: { answers: 5, draws: 5 }, damaged: 0 });
    expect(done.head.items.every(({ draws }) => draws.length === 1)).toBe(true);
    expect(readFileSync(workOf(dir), "utf8").startsWith(whole)).toBe(true);
    expect(linesOf(dir).map((line) => JSON.parse(line))).toHaveLength(2 * ids.length + 1);
    expect(done.head.items.slice(0, 5)).toEqual(stopped.head.items.slice(0, 5));
  });

  it("says which lines are damaged and pays for those again", async () => {
    const { dir, common, answers } = gateFolder(3);
    const args = [...common, "--answers", answers];
    await runInWorld(args, {});
    const [first, ...rest] = linesOf(dir);
    writeFileSync(workOf(dir), `${first?.slice(0, 30)}\n${rest.join("\n")}\n`);
    const again = countingBedrock();
    expect((await runInWorld(args, again)).plan.damaged).toBe(1);
    expect(again.requests).toHaveLength(1);
  });
});

describe("a gate that is run again", () => {
  it("asks a command again, since what it runs may have changed, and judges only answers that are new", async () => {
    const { dir, common, ids } = gateFolder(4);
    await runInWorld([...common, "--command", noting(dir)], {});
    const same = countingBedrock();
    await runInWorld([...common, "--command", noting(dir)], same);
    expect(runsOf(dir)).toBe(2 * ids.length);
    expect(same.requests).toHaveLength(0);
    const other = countingBedrock();
    await runInWorld([...common, "--command", noting(dir, "It lasts 99 years.")], other);
    expect(other.requests).toHaveLength(ids.length);
  });

  it("judges again when the judge is another", async () => {
    const { common, answers, ids, file } = gateFolder(2);
    const args = [...common, "--answers", answers];
    await runInWorld(args, {});
    const config = file("stage.json", JSON.stringify({ judge: { modelId: "amazon.nova-lite-v1:0" } }));
    const other = countingBedrock();
    await runInWorld([...args, "--stage-config", config], other);
    expect(other.requests.map(({ modelId }) => modelId)).toEqual(ids.map(() => "amazon.nova-lite-v1:0"));
  });

  it("does not leave the base of an earlier run behind", async () => {
    const { dir, common, answers } = gateFolder(2);
    const base = join(dir, "out", "outcomes-base.json");
    await runInWorld([...common, "--answers", answers, "--baseline", answers], {});
    expect(existsSync(base)).toBe(true);
    await runInWorld([...common, "--answers", answers], {});
    expect(existsSync(base)).toBe(false);
  });
});

describe("looks at answers", () => {
  it("are shared by sides that answered the same, and counted once", async () => {
    const { common, answers, ids } = gateFolder(3);
    const bedrock = countingBedrock();
    const { head, base, spent } = await runInWorld(
      [...common, "--answers", answers, "--baseline", answers],
      bedrock,
    );
    expect(bedrock.requests).toHaveLength(ids.length);
    expect(spent.draws).toBe(ids.length);
    expect(base?.items.map(({ draws }) => draws[0]?.metrics)).toEqual(
      head.items.map(({ draws }) => draws[0]?.metrics),
    );
    expect(base?.items.every(({ draws }) => draws[0]?.judgeUsd === 0)).toBe(true);
    expect(head.items.every(({ draws }) => (draws[0]?.judgeUsd ?? 0) > 0)).toBe(true);
  });

  it("are taken as often as the policy says, then at the model's own temperature", async () => {
    const yaml = `evaluation_pipeline:
  stages: [{name: synthetic_test_suite, metrics: {faithfulness: {threshold: 0.8}}}]
  policy: {repeats: 3}
`;
    const { common, answers } = gateFolder(2, yaml);
    const bedrock = countingBedrock();
    const { head } = await runInWorld([...common, "--answers", answers], bedrock);
    expect(head.items.map(({ draws }) => draws.map(({ draw }) => draw))).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(bedrock.requests.map((request) => request.inferenceConfig?.temperature)).toEqual(
      Array(6).fill(undefined),
    );
    const single = gateFolder(1);
    const greedy = countingBedrock();
    await runInWorld([...single.common, "--answers", single.answers], greedy);
    expect(greedy.requests[0]?.inferenceConfig?.temperature).toBe(0);
  });
});
