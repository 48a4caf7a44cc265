import { parseConfig } from "@bellwether/core/config/config";
import { type PublishDeps, publishJudged } from "@bellwether/core/requests/publish-judged";
import type { KnownRequest } from "@bellwether/core/requests/request-item";
import { nextGeneration } from "@bellwether/core/rollout/document";
import type { ScoreItem } from "@bellwether/core/windows/items";
import { describe, expect, it } from "vitest";
import { judgement, knownRequest } from "../../support/known-request.ts";
import { depsOf, emptyWorld, rowsOf, type World } from "../ingest/memory-world.ts";

const stage = { config: parseConfig({}), partName: (...identity: readonly string[]) => identity.join("|") };
const NOW = Date.parse("2026-11-01T12:05:00Z");
const ROLLOUT = nextGeneration(undefined, "shop", {
  at: Date.parse("2026-11-01T00:00:00Z"),
  action: "start",
  stable: "v1",
  canary: "v2",
  share: 0.2,
  by: "ann",
  reason: "",
});

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
  publishJudged(requests, stage, NOW, { ...depsOf(world), ...deps });

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
    expect(scores(world)).toMatchObject([{ rev: 3 }]);
  });

  it.each([
    ["the canary, judged at 1", "v2", 0.99, "2026-11-01T11:52:30Z", true],
    ["stable below .25", "v1", 0.2499, "2026-11-01T11:52:30Z", true],
    ["stable from .25 on", "v1", 0.25, "2026-11-01T11:52:30Z", false],
    ["a variant that is no arm", "v3", 0.001, "2026-11-01T11:52:30Z", false],
    ["a request from before the canary", "v1", 0.001, "2026-10-31T23:59:59Z", false],
  ])("puts %s into the uniform sample or not", async (_, variant, u, at, uniform) => {
    const world = emptyWorld();
    await publish(world, [judged("r1", {}, { variant, at }, { u, pi: 1 })], {
      getRollout: async (app) => (app === "shop" ? ROLLOUT : undefined),
    });
    expect(scores(world)).toMatchObject([{ variant, uniform, pi: 1 }]);
  });

  it("asks for each app's rollout once", async () => {
    const asked: string[] = [];
    const getRollout: PublishDeps["getRollout"] = async (app) => {
      asked.push(app);
      return undefined;
    };
    const ids = ["r1", "r2", "r3"];
    await publish(
      emptyWorld(),
      ids.map((id) => judged(id, {}, { app: id === "r3" ? "bank" : "shop" })),
      { getRollout },
    );
    expect(asked.sort()).toEqual(["bank", "shop"]);
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
