import { parseConfig } from "@bellwether/core/config/config";
import { publishTasks } from "@bellwether/core/review/publish-tasks";
import { describe, expect, it } from "vitest";
import { judgement, knownRequest } from "../../support/known-request.ts";
import { depsOf, emptyWorld, rowsOf, taskDeps, type World } from "../ingest/memory-world.ts";

const config = parseConfig({ review: { flaggedPerDay: 1 } });
const judged = (requestId: string, said: Parameters<typeof judgement>[0]) =>
  knownRequest({ requestId, judgement: judgement(said), outcome: { outcome: "judged", reason: null } });
const REQUESTS = [
  judged("drawn", { rho: 1 }),
  judged("flagged", { outcomes: { quality: { status: "scored", score: 0.5, uncertainty: 1 } } }),
  judged("flagged too", { outcomes: { quality: { status: "scored", score: 0.5, uncertainty: 1 } } }),
  judged("neither", { rho: 1e-12 }),
];
const publish = (world: World) =>
  publishTasks(REQUESTS, "part", config, { ...depsOf(world), ...taskDeps(world) });

describe("publishTasks", () => {
  it("shows people what was drawn, and one flagged request for every place of a day", async () => {
    const world = emptyWorld();
    await publish(world);
    expect([...world.tasks.values()].map(({ requestId }) => requestId)).toEqual(["drawn", "flagged"]);
    expect(rowsOf(world, "review_tasks_log").map((row) => [row.request_id, row.reasons, row.rho])).toEqual([
      ["drawn", "sample", 1],
      ["flagged", "judge_uncertain", null],
    ]);
  });

  it("leaves the same after a second run", async () => {
    const world = emptyWorld();
    await publish(world);
    const once = structuredClone({ tasks: world.tasks, lake: world.lake });
    await publish(world);
    expect({ tasks: world.tasks, lake: world.lake }).toEqual(once);
  });

  it("writes nothing for nobody", async () => {
    const world = emptyWorld();
    await publishTasks([judged("neither", {})], "part", config, { ...depsOf(world), ...taskDeps(world) });
    expect(world.calls).toEqual([]);
  });
});
