import { parseConfig } from "@bellwether/core/config/config";
import { type PublishDeps, publishJudged } from "@bellwether/core/requests/publish-judged";
import type { KnownRequest } from "@bellwether/core/requests/request-item";
import type { ScoreItem } from "@bellwether/core/windows/items";
import { describe, expect, it } from "vitest";
import { judgement, knownRequest } from "../../support/known-request.ts";
import { depsOf, emptyWorld, rowsOf, taskDeps, type World } from "../ingest/memory-world.ts";

const stage = { config: parseConfig({}), partName: (...identity: readonly string[]) => identity.join("|") };
const NOW = Date.parse("2026-11-01T12:05:00Z");
const judged = (
  requestId: string,
  changes: Partial<KnownRequest> = {},
  row?: KnownRequest["row"],
  decision?: Partial<KnownRequest["decision"]>,
) =>
  knownRequest(
    { requestId, rev: 2, judgement: judgement(), outcome: { outcome: "judged", reason: null }, ...changes },
    row,
    decision,
  );

const publish = (world: World, requests: readonly KnownRequest[], deps: Partial<PublishDeps> = {}) =>
  publishJudged(requests, stage, NOW, { ...depsOf(world), ...taskDeps(world), ...deps });

const scores = (world: World): ScoreItem[] => [...world.windows.values()] as ScoreItem[];

describe("publishJudged", () => {
  it("does nothing for nothing", async () => {
    const world = emptyWorld();
    await publish(world, []);
    expect(world.calls).toEqual([]);
  });

  it("writes a batch as one part a table, then its score items", async () => {
    const world = emptyWorld();
    await publish(world, [judged("r2"), judged("r1")]);
    expect([...world.lake.keys()].sort()).toEqual([
      "evaluations_log/judged|r1@2|r2@2",
      "requests_log/judged|r1@2|r2@2",
    ]);
    expect(rowsOf(world, "requests_log").map((row) => [row.request_id, row.outcome, row.rev])).toEqual([
      ["r1", "judged", 2],
      ["r2", "judged", 2],
    ]);
    expect(rowsOf(world, "evaluations_log")).toHaveLength(6);
    expect(scores(world).map(({ requestId, rev }) => [requestId, rev])).toEqual([
      ["r1", 2],
      ["r2", 2],
    ]);
    expect(world.calls.at(-1)).toBe("putWindowItems");
  });

  it("writes the same bytes under the same keys in any order, and a doubled request once", async () => {
    const once = emptyWorld();
    await publish(once, [judged("r1"), judged("r2")]);
    const again = emptyWorld();
    await publish(again, [judged("r2"), judged("r1"), judged("r2")]);
    expect(again.lake).toEqual(once.lake);
    expect(again.windows).toEqual(once.windows);
  });

  it("writes a later revision beside the earlier one", async () => {
    const world = emptyWorld();
    await publish(world, [judged("r1")]);
    await publish(world, [judged("r1", { rev: 3 })]);
    expect(world.lake.size).toBe(4);
    expect(scores(world).map(({ rev }) => rev)).toEqual([2, 3]);
  });

  it("leaves the uniform sample as the decision has it", async () => {
    const world = emptyWorld();
    await publish(world, [judged("r1", {}, {}, { uniform: true }), judged("r2", {}, {}, { uniform: false })]);
    expect(scores(world).map(({ requestId, uniform }) => [requestId, uniform])).toEqual([
      ["r1", true],
      ["r2", false],
    ]);
  });

  it("gives what a person asked for no weight, in the lake and in the windows", async () => {
    const world = emptyWorld();
    await publish(world, [judged("r1", {}, {}, { look: { why: "asked" }, u: 0.9 })]);
    expect(rowsOf(world, "evaluations_log").map(({ pi }) => pi)).toEqual([null, null, null]);
    expect(scores(world)).toMatchObject([{ pi: null, judgePicoUsd: 1_500_000_000 }]);
  });

  it("writes no score item for a request without an inclusion probability", async () => {
    const world = emptyWorld();
    await publish(world, [judged("r1", {}, {}, { pi: null })]);
    expect(rowsOf(world, "evaluations_log")).toHaveLength(3);
    expect(scores(world)).toEqual([]);
  });

  it("writes no score item when the lake refuses its rows", async () => {
    const world = emptyWorld();
    const writeLake = () => Promise.reject(new Error("S3 is down"));
    await expect(publish(world, [judged("r1")], { writeLake })).rejects.toThrow("S3 is down");
    expect(world.windows.size).toBe(0);
  });
});
