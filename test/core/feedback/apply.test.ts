import { partName } from "@bellwether/aws/lake";
import { parseConfig } from "@bellwether/core/config/config";
import { applyAppEvent, type DeliveredEvent, type FeedbackDeps } from "@bellwether/core/feedback/apply";
import { collectEffects } from "@bellwether/core/feedback/collect-effects";
import type { RequestItem } from "@bellwether/core/requests/request-item";
import { foldItems } from "@bellwether/core/windows/fold";
import { variantsOf } from "@bellwether/core/windows/variants";
import { describe, expect, it } from "vitest";
import { judgement, knownRequest } from "../../support/known-request.ts";
import { segmentWith } from "../../support/segment.ts";
import { emptyWorld, itemsOf, rowsOf } from "../ingest/memory-world.ts";
import { type FeedbackWorld, feedbackDeps } from "./memory-feedback.ts";

const stage = { config: parseConfig({}), partName };
const TIME = Date.parse("2026-11-01T12:05:00Z");

function worldOf(...items: readonly RequestItem[]): FeedbackWorld {
  const world = { ...emptyWorld(), documents: new Map<string, string>(), requeued: new Set<string>() };
  for (const item of items) world.requests.set(item.requestId, item);
  return world;
}

const sampledOut = () => knownRequest({}, {}, { u: 0.7, priority: null, outcome: "sampled_out" });

let eventNumber = 0;
const delivered = (detailType: string, detail: unknown): DeliveredEvent => ({
  id: `e${eventNumber++}`,
  detailType,
  detail,
  time: TIME,
});
const feedback = (feedbackId: string, fields: object): DeliveredEvent =>
  delivered("feedback", { feedbackId, requestId: "r1", user: "ann", at: "2026-11-01T12:00:00Z", ...fields });
const thumbs = (feedbackId: string, value: "up" | "down", fields: object = {}): DeliveredEvent =>
  feedback(feedbackId, { kind: "thumbs", value, ...fields });
const interaction = (fields: object): DeliveredEvent =>
  delivered("interaction", { requestId: "r1", contexts: [], ...fields });

const apply = (event: DeliveredEvent, deps: FeedbackDeps) => applyAppEvent(event, stage, deps);

const windowsOf = (world: FeedbackWorld, kind: string) => itemsOf(world).filter((item) => item.kind === kind);

const foldOf = (world: FeedbackWorld) => variantsOf(foldItems(itemsOf(world)));

/** Votes on the requests of v1 as a detector counts them. */
const votesOf = (world: FeedbackWorld) => {
  const { votes, negative } = foldOf(world).get("v1") ?? { votes: 0, negative: 0 };
  return { votes, negative };
};

/** Everything that others read; views show a row once, however often a part holds it. */
const effectsOf = ({ requests, lake, windows, queued, documents }: FeedbackWorld) =>
  structuredClone({
    requests,
    rows: [...lake].map(([part, rows]) => [part, new Set(rows.map((row) => JSON.stringify(row)))]),
    windows,
    queued,
    documents,
  });

describe("a vote", () => {
  it("against a request that was sampled out raises pi with the same u, and queues it first", async () => {
    const world = worldOf(sampledOut());
    expect(await apply(thumbs("f1", "down"), feedbackDeps(world))).toEqual({ kind: "feedback" });
    expect(world.requests.get("r1")?.decision).toEqual({
      pi: 1,
      firstPi: 0.02,
      u: 0.7,
      uniform: false,
      rules: ["negative_feedback", "random_sample"],
      decidingRule: "negative_feedback",
      priority: 1,
      outcome: "queued",
      outcomeReason: null,
    });
    expect(rowsOf(world, "requests_log")).toMatchObject([{ request_id: "r1", pi: 1, u: 0.7, rev: 2 }]);
    expect(windowsOf(world, "feedback")).toMatchObject([
      { bucket: Date.parse("2026-11-01T11:50:00Z"), segment: { variant: "v1" }, user: "ann", negative: true },
    ]);
    expect([...world.queued]).toEqual([["r1", 1]]);
  });

  it("in favour is counted and changes no decision", async () => {
    const world = worldOf(sampledOut());
    await apply(thumbs("f1", "up"), feedbackDeps(world));
    expect(world.requests.get("r1")?.decision).toEqual(sampledOut().decision);
    expect(windowsOf(world, "feedback")).toMatchObject([{ negative: false }]);
    expect(rowsOf(world, "requests_log")).toEqual([]);
    expect(world.queued.size).toBe(0);
  });

  it("on a judged request weighs its score anew and does not pay the judge again", async () => {
    const outcome = { outcome: "judged", reason: null } as const;
    const world = worldOf(knownRequest({ outcome, judgement: judgement(), rev: 2 }));
    await apply(thumbs("f1", "down"), feedbackDeps(world));
    expect(rowsOf(world, "evaluations_log").map(({ metric, pi, rev }) => [metric, pi, rev])).toEqual([
      ["faithfulness", 1, 3],
      ["safety", 1, 3],
      ["quality", 1, 3],
    ]);
    expect(windowsOf(world, "score")).toMatchObject([{ requestId: "r1", pi: 1, rev: 3, uniform: false }]);
    expect(world.queued.size).toBe(0);
  });

  it("leaves a request of the uniform sample of its arm there, however large pi is", async () => {
    const outcome = { outcome: "judged", reason: null } as const;
    for (const uniform of [true, false]) {
      const world = worldOf(knownRequest({ outcome, judgement: judgement() }, {}, { uniform }));
      await apply(thumbs("f1", "down"), feedbackDeps(world));
      expect(windowsOf(world, "score")).toMatchObject([{ pi: 1, uniform }]);
    }
  });

  it.each([
    ["up after down", ["down", "12:00"], ["up", "12:01"], false],
    ["down after up", ["up", "12:00"], ["down", "12:01"], true],
    ["up before down, delivered late", ["down", "12:01"], ["up", "12:00"], true],
    ["down before up, delivered late", ["up", "12:01"], ["down", "12:00"], false],
  ] as const)("that came last counts: %s", async (_, first, second, negative) => {
    const world = worldOf(sampledOut());
    const deps = feedbackDeps(world);
    for (const [index, [value, minute]] of [first, second].entries())
      await apply(thumbs(`f${index}`, value, { at: `2026-11-01T${minute}:00Z` }), deps);
    expect(votesOf(world)).toEqual({ votes: 1, negative: negative ? 1 : 0 });
    expect(rowsOf(world, "feedback_log")).toHaveLength(2);
  });

  it("of each user counts, and one without a user is everybody's", async () => {
    const world = worldOf(sampledOut());
    const deps = feedbackDeps(world);
    await apply(thumbs("f1", "up"), deps);
    await apply(thumbs("f2", "down", { user: "bob" }), deps);
    await apply(thumbs("f3", "up", { user: undefined }), deps);
    await apply(thumbs("f4", "up", { user: undefined, at: "2026-11-01T12:00:01Z" }), deps);
    expect(votesOf(world)).toEqual({ votes: 3, negative: 1 });
    expect(windowsOf(world, "feedback").map((item) => (item as { user: string }).user)).toContain("anybody");
  });

  it.each([
    ["a comment", { kind: "comment", value: "hm" }],
    ["a copy", { kind: "implicit", value: "copy" }],
    ["a vote on a session", { kind: "thumbs", value: "down", requestId: undefined, sessionId: "s1" }],
  ])("is not what %s is: it is only logged", async (_, fields) => {
    const world = worldOf(sampledOut());
    await apply(feedback("f1", fields), feedbackDeps(world));
    expect(rowsOf(world, "feedback_log")).toHaveLength(1);
    expect(world.requests.get("r1")).toEqual(sampledOut());
    expect(world.windows.size + world.queued.size).toBe(0);
  });

  it("waits on its item while the record is unknown", async () => {
    const world = worldOf();
    await apply(thumbs("f1", "down"), feedbackDeps(world));
    expect(world.requests.get("r1")).toMatchObject({ votes: [{ feedbackId: "f1", negative: true }] });
    expect(world.windows.size + world.queued.size).toBe(0);
  });

  it("never raises a request that cannot be judged", async () => {
    const filtered = {
      pi: null,
      firstPi: null,
      u: null,
      rules: [],
      outcome: "filtered",
      outcomeReason: "no_text",
    } as const;
    const world = worldOf(knownRequest({}, {}, { ...filtered, decidingRule: null, priority: null }));
    await apply(thumbs("f1", "down"), feedbackDeps(world));
    expect(world.requests.get("r1")?.decision).toMatchObject(filtered);
    expect(windowsOf(world, "feedback")).toHaveLength(1);
    expect(world.queued.size).toBe(0);
  });

  it("keeps the change that somebody else made at the same moment", async () => {
    const world = worldOf(sampledOut());
    const deps = feedbackDeps(world);
    let raced = false;
    const reviseDecision: FeedbackDeps["reviseDecision"] = async (requestId, rev, decision) => {
      const item = world.requests.get(requestId);
      if (!raced && item !== undefined) {
        raced = true;
        world.requests.set(requestId, { ...item, lateVariant: "v9", rev: item.rev + 1 });
      }
      return deps.reviseDecision(requestId, rev, decision);
    };
    await apply(thumbs("f1", "down"), { ...deps, reviseDecision });
    expect(world.requests.get("r1")).toMatchObject({ lateVariant: "v9", rev: 3, decision: { pi: 1 } });
  });

  it("gives up, to be delivered again, when the item never stands still", async () => {
    const deps = { ...feedbackDeps(worldOf(sampledOut())), reviseDecision: async () => undefined };
    await expect(apply(thumbs("f1", "down"), deps)).rejects.toThrow("changed 8 times");
  });
});

describe("an interaction", () => {
  const KEY = "interactions/r1.json";
  const unattributed = (changes = {}) =>
    knownRequest(changes, { variant: "unattributed", error_code: "ThrottlingException" });

  it("is kept as a document under the request's own key, escaped", async () => {
    const world = worldOf();
    await apply(interaction({ requestId: "a/../b c", contexts: ["one"] }), feedbackDeps(world));
    const text = world.documents.get("interactions/a%2F..%2Fb%20c.json") ?? "";
    expect(JSON.parse(text)).toEqual({ requestId: "a/../b c", contexts: ["one"] });
  });

  it("moves an unattributed failure to the variant it names, once", async () => {
    const world = worldOf(unattributed());
    const deps = feedbackDeps(world);
    const event = interaction({ tags: { variant: "v2" } });
    await apply(event, deps);
    await apply(event, deps);
    expect(windowsOf(world, "correction")).toEqual([
      {
        kind: "correction",
        bucket: Date.parse("2026-11-01T11:50:00Z"),
        segment: segmentWith({
          app: "shop",
          variant: "unattributed",
          promptVersion: "p7",
          model: "anthropic.claude-haiku-4-5-20251001-v1:0",
        }),
        requestId: "r1",
        to: "v2",
        error: true,
      },
    ]);
    expect(rowsOf(world, "requests_log").at(-1)).toMatchObject({ variant: "v2" });
  });

  it.each([
    ["the record names its variant", knownRequest(), { tags: { variant: "v2" } }],
    ["it names no variant", unattributed(), {}],
    [
      "the record was counted under an earlier word",
      unattributed({ earlyVariant: "v2" }),
      { tags: { variant: "v2" } },
    ],
  ])("moves nothing when %s", async (_, item, fields) => {
    const world = worldOf(item);
    await apply(interaction(fields), feedbackDeps(world));
    expect(windowsOf(world, "correction")).toEqual([]);
  });

  const blind = () =>
    knownRequest({ outcome: { outcome: "abstained", reason: "not_enough_metrics" }, judgement: judgement() });

  it("with context has a request judged again that had none, once", async () => {
    const world = worldOf(blind());
    const deps = feedbackDeps(world);
    await apply(interaction({ contexts: ["Orders ship the next day."] }), deps);
    expect([...world.queued]).toEqual([["r1", 4]]);
    expect(world.requests.get("r1")).toMatchObject({ interactionKey: KEY, outcome: { outcome: "queued" } });

    world.queued.clear();
    world.requests.set("r1", { ...blind(), rev: 9 });
    await apply(interaction({ contexts: ["Another."] }), deps);
    expect(world.queued.size).toBe(0);
  });

  it("sends the message that an earlier delivery could not send", async () => {
    const world = worldOf(blind());
    const deps = feedbackDeps(world);
    const event = interaction({ contexts: ["Orders ship the next day."] });
    const sendToEvaluate = () => Promise.reject(new Error("SQS is down"));
    await expect(apply(event, { ...deps, sendToEvaluate })).rejects.toThrow("SQS is down");
    await apply(event, deps);
    expect([...world.queued]).toEqual([["r1", 4]]);
  });

  it.each([
    ["without context", blind(), []],
    ["before the record", undefined, ["one"]],
    ["before the judgement", knownRequest(), ["one"]],
    [
      "after a judgement that saw context",
      knownRequest({
        judgement: judgement({ outcomes: { faithfulness: { status: "scored", score: 1 } } }),
      }),
      ["one"],
    ],
  ])("%s has nothing judged again", async (_, item, contexts) => {
    const world = worldOf(...(item === undefined ? [] : [item]));
    await apply(interaction({ contexts }), feedbackDeps(world));
    expect(world.queued.size + world.requeued.size).toBe(0);
  });
});

describe("an event that cannot be read", () => {
  it("is kept aside with its bytes, bounded, and the run goes on", async () => {
    const world = worldOf();
    const detail = { kind: "stars", comment: "x".repeat(9_000) };
    const event = { ...delivered("feedback", detail), id: "e-bad" };
    expect(await apply(event, feedbackDeps(world))).toMatchObject({ kind: "invalid" });
    const [row] = rowsOf(world, "quarantine_log");
    expect(row).toMatchObject({ source_key: "event/e-bad", source_line: null, reason: "invalid_event" });
    const raw = Buffer.from(String(row?.raw), "base64");
    expect(raw.length).toBe(4_096);
    expect(JSON.stringify(detail).startsWith(raw.toString())).toBe(true);
  });

  it("may have no detail at all", async () => {
    const world = worldOf();
    await apply(delivered("feedback", undefined), feedbackDeps(world));
    expect(rowsOf(world, "quarantine_log")).toMatchObject([{ raw: "" }]);
  });
});

describe("a batch of events", () => {
  const judged = () =>
    knownRequest({
      requestId: "r2",
      outcome: { outcome: "judged", reason: null },
      judgement: judgement(),
    });
  const events: readonly DeliveredEvent[] = [
    thumbs("f1", "up"),
    thumbs("f2", "down", { at: "2026-11-01T12:01:00Z" }),
    thumbs("f3", "down", { requestId: "r2", user: "bob" }),
    thumbs("f4", "down", { requestId: "r3" }),
    feedback("f5", { kind: "comment", value: "slow" }),
    interaction({ requestId: "r2", contexts: ["late"] }),
    delivered("feedback", { kind: "stars" }),
  ];

  async function deliver(
    world: FeedbackWorld,
    batch: readonly DeliveredEvent[],
    part = "part",
  ): Promise<void> {
    const effects = collectEffects(feedbackDeps(world));
    for (const event of batch) await apply(event, effects.deps);
    await effects.flush(part, TIME);
  }

  it("writes one part a table and one batch of windows, in the order lake, windows, queue", async () => {
    const world = worldOf(sampledOut(), judged());
    await deliver(world, events);
    const bulk = world.calls.filter(
      (name) => !["reviseDecision", "castVote", "putReviewTask"].includes(name),
    );
    expect(bulk.slice(-2)).toEqual(["putWindowItems", "sendToEvaluate"]);
    expect(bulk.slice(0, -2).sort()).toEqual([
      "writeLake evaluations_log",
      "writeLake feedback_log",
      "writeLake quarantine_log",
      "writeLake requests_log",
      "writeLake review_tasks_log",
    ]);
    expect(rowsOf(world, "feedback_log")).toHaveLength(5);
    expect(new Map(world.queued)).toEqual(
      new Map([
        ["r1", 1],
        ["r2", 1],
      ]),
    );
  });

  it("writes nothing before flush, and nothing at all for an empty batch", async () => {
    const world = worldOf(sampledOut());
    const effects = collectEffects(feedbackDeps(world));
    await apply(thumbs("f1", "down"), effects.deps);
    expect(world.lake.size + world.windows.size + world.queued.size).toBe(0);
    await deliver(worldOf(), []);
    expect(world.calls).toEqual(["castVote", "reviseDecision"]);
  });

  it("delivered twice, together or one by one, is the same as once", async () => {
    const calm = events.filter(({ detailType }) => detailType !== "interaction");
    const world = worldOf(sampledOut(), judged());
    await deliver(world, calm);
    const once = effectsOf(world);
    await deliver(world, calm);
    expect(effectsOf(world)).toEqual(once);

    const each = worldOf(sampledOut(), judged());
    const folds = [];
    for (let time = 0; time < 2; time++) {
      for (const event of events) await apply(event, feedbackDeps(each));
      // An interaction raises the revision every time; what is counted stays the same.
      folds.push(foldOf(each));
    }
    expect(folds[1]).toEqual(folds[0]);
    expect(folds[0]?.get("v1")).toMatchObject({ votes: 2, negative: 2 });
    expect(each.requeued).toEqual(new Set(["r2"]));
  });

  it("that dies at any write is healed by its redelivery", async () => {
    const healthy = worldOf(sampledOut(), judged());
    await deliver(healthy, events);
    for (const verb of ["writeLake", "putWindowItems", "sendToEvaluate"] as const) {
      const world = worldOf(sampledOut(), judged());
      const deps = feedbackDeps(world);
      const effects = collectEffects({ ...deps, [verb]: () => Promise.reject(new Error("dead")) });
      for (const event of events) await apply(event, effects.deps);
      await expect(effects.flush("part", TIME)).rejects.toThrow("dead");
      await deliver(world, events);
      expect(new Map(world.queued)).toEqual(new Map(healthy.queued));
      // A vote that was taken back before the first write succeeded has no item, and counts nothing either way.
      expect(foldOf(world)).toEqual(foldOf(healthy));
      expect([...world.lake.keys()].sort()).toEqual([...healthy.lake.keys()].sort());
    }
  });
});

describe("a correction", () => {
  const trusting = { ...stage, config: parseConfig({ judge: { correctionsAsReference: true } }) };
  const correction = (value?: string) =>
    feedback("f/1", { kind: "correction", ...(value === undefined ? {} : { value }) });
  const textsAfter = async (event: DeliveredEvent, from: typeof stage, times = 1) => {
    const world = worldOf(sampledOut());
    for (let time = 0; time < times; time++) await applyAppEvent(event, from, feedbackDeps(world));
    return [...world.documents];
  };

  it("keeps its text where corrections are trusted, once however often it is delivered", async () => {
    const kept = [["corrections/f%2F1.json", '{"requestId":"r1","value":"Two years."}']];
    expect(await textsAfter(correction("Two years."), trusting)).toEqual(kept);
    expect(await textsAfter(correction("Two years."), trusting, 2)).toEqual(kept);
  });

  it("keeps nothing without text, or where they are not", async () => {
    expect(await textsAfter(correction(), trusting)).toEqual([]);
    expect(await textsAfter(correction(" "), trusting)).toEqual([]);
    expect(await textsAfter(correction("Two years."), stage)).toEqual([]);
  });
});
