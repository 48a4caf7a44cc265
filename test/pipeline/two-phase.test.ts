import { permanentRandomNumber } from "@bellwether/core/sampling/unit";
import { foldItems } from "@bellwether/core/windows/fold";
import type { Tally } from "@bellwether/core/windows/tally";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { itemsOf, rowsOf } from "../core/ingest/memory-world.ts";
import { DELIVERED_AT, recordLine } from "../core/ingest/record-line.ts";
import {
  busEvent,
  deliverBatch,
  drain,
  type Functions,
  foldedSums,
  loadFunctions,
  type PipelineWorld,
  pipelineWorld,
} from "../support/memory-pipeline.ts";

const HOUR = 3_600_000;
const KEY = "AWSLogs/a.json.gz";
const EVENT_AT = DELIVERED_AT - 10 * 60_000;
const SALT = "phases";
/** What the budget allows: .1 of everything, .4 of what got negative feedback. */
const KAPPA = { from: EVENT_AT - HOUR, estimation: 0.1, triage: 0.02, canaryRate: 1 };

/** An id with U in [from, until). */
function idIn(from: number, until: number): string {
  for (let n = 0; ; n++) {
    const u = permanentRandomNumber(SALT, `r${n}`);
    if (u >= from && u < until) return `r${n}`;
  }
}
const DRAWN = idIn(0, 0.1);
const RAISED = idIn(0.1, 0.4);
const REFUSED = idIn(0.4, 1);
const IDS = [DRAWN, RAISED, REFUSED];

let functions: Functions;
let world: PipelineWorld;
// A delivery without news has no metrics, which powertools finds worth a line each time.
beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));
afterAll(() => void vi.restoreAllMocks());
beforeAll(async () => {
  functions = await loadFunctions({ apps: ["shop"], sampling: { preset: "budgeted", salt: SALT } });
});
function freshWorld(): PipelineWorld {
  const fresh = pipelineWorld();
  fresh.kappas.push(KAPPA);
  const tags = { app: "shop", variant: "v1" };
  fresh.objects.set(KEY, IDS.map((id) => `${recordLine(id, { requestMetadata: tags })}\n`).join(""));
  return fresh;
}
beforeEach(() => {
  world = freshWorld();
});

const records = () =>
  busEvent("o", "Object Created", { bucket: { name: "logs" }, object: { key: KEY, size: 1 } });
const ingest = (target = world) => deliverBatch(functions, target, "ingest", [records()]);
const down = (requestId: string, hours = 1) => {
  const at = new Date(EVENT_AT + hours * HOUR).toISOString();
  const vote = {
    feedbackId: `f-${requestId}-${hours}`,
    requestId,
    kind: "thumbs",
    value: "down",
    user: "ann",
    at,
  };
  return busEvent(`e-${requestId}-${hours}`, "feedback", vote);
};
const look = (requestId: string) => busEvent(`look-${requestId}`, "look", { requestId });
const tell = (...events: readonly ReturnType<typeof look>[]) =>
  deliverBatch(functions, world, "feedback", events);
const judge = () => drain(functions, world, 10);

function tally(): Tally {
  const [only, ...rest] = [...foldItems(itemsOf(world)).values()];
  if (only === undefined || rest.length > 0) throw new Error("not one segment");
  return only.tally;
}
const quality = () => tally().metrics.get("quality")?.moments;
/** The newest `requests_log` row of a request. */
const row = (id: string) =>
  rowsOf(world, "requests_log")
    .filter((each) => each.request_id === id)
    .toSorted((a, b) => Number(a.rev) - Number(b.rev))
    .at(-1);

describe("a request's two phases", () => {
  it("begin with what the budget allows", async () => {
    await ingest();
    await judge();
    expect(IDS.map((id) => row(id)?.outcome)).toEqual(["judged", "sampled_out", "sampled_out"]);
    expect(IDS.map((id) => row(id)?.pi)).toEqual([0.1, 0.1, 0.1]);
    expect(tally()).toMatchObject({
      counts: { n: 3, eligible: 3, drawn: 1, flagged: 0 },
      judge: { judged: 1, finished: 1, raised: 0 },
    });
  });

  it("end with the weight of the larger pi for everybody who got the feedback, with the same U", async () => {
    await ingest();
    await judge();
    expect(quality()).toMatchObject({ n: 1, sw: 10 });
    await tell(...IDS.map((id) => down(id)));
    await judge();
    expect(IDS.map((id) => row(id)?.outcome)).toEqual(["judged", "judged", "over_budget"]);
    expect(IDS.map((id) => [row(id)?.pi, row(id)?.first_pi])).toEqual(IDS.map(() => [0.4, 0.1]));
    // Not 10 + 2.5: a frozen first weight would count the request that was drawn at once twice.
    expect(quality()).toMatchObject({ n: 2, sw: 5 });
    expect(tally().judge).toMatchObject({ judged: 2, finished: 2, raised: 1 });
  });

  it("give the same sums whether the feedback came before or after the record", async () => {
    await ingest();
    await judge();
    await tell(...IDS.map((id) => down(id)));
    await judge();
    const after = foldedSums(world);
    world = freshWorld();
    await tell(...IDS.map((id) => down(id)));
    await ingest();
    await judge();
    expect(foldedSums(world)).toEqual(after);
  });

  it("are counted once: a log object that is delivered again after the feedback changes no bit", async () => {
    await ingest();
    await tell(...IDS.map((id) => down(id)));
    await judge();
    const before = foldedSums(world);
    await ingest();
    await judge();
    expect(foldedSums(world)).toEqual(before);
    expect(tally().counts).toMatchObject({ n: 3, drawn: 1 });
  });

  it("show what feedback drew before the judge was there, and not as judged", async () => {
    await ingest();
    await tell(down(RAISED));
    expect(tally()).toMatchObject({ judge: { judged: 0, finished: 0, raised: 1, picoUsd: 0 } });
    expect(tally().metrics.size).toBe(0);
    await judge();
    expect(tally()).toMatchObject({ judge: { judged: 2, finished: 2, raised: 1 } });
  });

  it("end after 72 hours: later feedback only asks for a look", async () => {
    await ingest();
    await judge();
    const sums = quality();
    await tell(down(RAISED, 72 + 1 / 60));
    await judge();
    expect(row(RAISED)).toMatchObject({ pi: null, first_pi: 0.1, deciding_rule: "look", outcome: "judged" });
    expect(quality()).toEqual(sums);
    expect(tally().judge).toMatchObject({ judged: 2, finished: 1, raised: 0 });
    world = freshWorld();
    await ingest();
    await tell(down(RAISED, 72 - 1 / 60));
    await judge();
    expect(row(RAISED)).toMatchObject({ pi: 0.4, deciding_rule: "negative_feedback", outcome: "judged" });
    expect(quality()).toMatchObject({ n: 2, sw: 12.5 });
  });

  it("raise pi for a vote that was taken back, however its events came", async () => {
    const vote = { requestId: RAISED, kind: "thumbs", user: "ann" };
    const at = (minutes: number) => new Date(EVENT_AT + minutes * 60_000).toISOString();
    const bad = () => busEvent("e1", "feedback", { ...vote, feedbackId: "f1", value: "down", at: at(1) });
    const good = () => busEvent("e2", "feedback", { ...vote, feedbackId: "f2", value: "up", at: at(2) });
    const sums = [];
    for (const order of [
      [ingest, () => tell(bad()), () => tell(good())],
      [ingest, () => tell(good()), () => tell(bad())],
      [() => tell(bad()), () => tell(good()), ingest],
      [() => tell(good()), () => tell(bad()), ingest],
    ]) {
      world = freshWorld();
      for (const step of order) await step();
      await judge();
      sums.push(foldedSums(world));
      expect(row(RAISED)).toMatchObject({ pi: 0.4, outcome: "judged" });
      expect(tally()).toMatchObject({ votes: 1, negative: 0 });
    }
    for (const each of sums) expect(each).toEqual(sums[0]);
  });
});

describe("a look", () => {
  it("is judged without a pi and enters no mean, and its cost is judge spend", async () => {
    await ingest();
    await judge();
    const before = tally();
    await tell(look(REFUSED), look(DRAWN));
    await judge();
    const rows = rowsOf(world, "evaluations_log").filter((each) => each.request_id === REFUSED);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((each) => each.pi === null)).toBe(true);
    const after = tally();
    expect(after.metrics).toEqual(before.metrics);
    expect(after.worst).toEqual(before.worst);
    expect(after.judge).toMatchObject({ judged: 2, finished: 1, raised: 0 });
    expect(after.judge.picoUsd).toBe(2 * before.judge.picoUsd);
    // What was drawn anyway stays a member.
    expect(row(DRAWN)).toMatchObject({ pi: 0.1, outcome: "judged" });
  });

  it("followed by timely negative feedback makes a member of what U draws, judged once", async () => {
    await ingest();
    await tell(look(RAISED), look(REFUSED));
    await judge();
    expect(world.judged).toBe(3);
    expect(quality()).toMatchObject({ n: 1, sw: 10 });
    await tell(down(RAISED), down(REFUSED));
    await judge();
    expect(world.judged).toBe(3);
    expect(row(RAISED)).toMatchObject({ pi: 0.4, deciding_rule: "negative_feedback" });
    expect(row(REFUSED)).toMatchObject({ pi: null, deciding_rule: "look" });
    const { metrics, judge: use } = tally();
    expect(metrics.get("quality")?.moments).toMatchObject({ n: 2, sw: 12.5 });
    expect(use).toMatchObject({ judged: 3, finished: 2, raised: 1 });
    const weights = rowsOf(world, "evaluations_log").filter(
      (each) => each.request_id === RAISED && each.metric === "quality",
    );
    expect(weights.map(({ pi }) => pi)).toEqual([null, 0.4]);
  });

  it("before its record is known does nothing and leaves nothing", async () => {
    await tell(look(REFUSED));
    expect(world.requests.size + world.windows.size + world.lake.size).toBe(0);
  });
});
