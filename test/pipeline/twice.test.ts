import { partName } from "@bellwether/aws/lake";
import { parseConfig } from "@bellwether/core/config/config";
import type { IngestDeps } from "@bellwether/core/ingest/deps";
import { ingestObject } from "@bellwether/core/ingest/ingest-object";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chatRecord, failedChat, line, zipped } from "../support/chat-record.ts";
import { JUDGE_ALL, type Pipeline, startPipeline } from "../support/running-pipeline.ts";

const MINUTE = 60_000;
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({ functions: ["ingest", "feedback", "evaluate", "notify"] });
});
afterAll(() => pipeline?.stop());

const iso = (at: number): string => new Date(at).toISOString();
const s3Event = (key: string, size: number) =>
  JSON.stringify({
    version: "0",
    id: `event-${key}`,
    source: "aws.s3",
    "detail-type": "Object Created",
    time: iso(pipeline.clock.now()),
    detail: { bucket: { name: "bellwether-logs" }, object: { key, size } },
  });
const appEvent = (id: string, detail: unknown) =>
  JSON.stringify({
    version: "0",
    id,
    source: "bellwether.app",
    "detail-type": "feedback",
    time: iso(pipeline.clock.now()),
    detail,
  });

/** Everything that lasts: items and the latest revision of every lake row. */
async function state(): Promise<unknown> {
  const views = ["requests", "evaluations", "feedback", "quarantine", "objects"];
  const lake = await Promise.all(views.map((view) => pipeline.select(`select * from ${view} order by all`)));
  return { requests: await pipeline.items("requests"), windows: await pipeline.items("windows"), lake };
}

describe("every message delivered twice", () => {
  it("leaves the same state, and the judge is asked once", async () => {
    const at = pipeline.clock.now();
    const object = zipped(
      line(chatRecord({ id: "a", at, variant: "v1", user: "ann" })),
      line(chatRecord({ id: "b", at, variant: "v2", user: "ann", context: "The warranty lasts two years." })),
      "not json",
      "",
      line(failedChat("c", at, "v1")),
      line(chatRecord({ id: "a", at, variant: "v1", user: "ann" })),
      line(chatRecord({ id: "a", at, variant: "v1", user: "eve" })),
    );
    await pipeline.storeObject("twice.json.gz", object);
    const vote = { requestId: "a", kind: "thumbs", value: "down", user: "ann", at: iso(at) };
    const messages = [
      ["ingest", s3Event("twice.json.gz", object.length)],
      ["feedback", appEvent("e1", { ...vote, feedbackId: "f1" })],
      ["feedback", appEvent("e2", { ...vote, feedbackId: "f2", at: "whenever" })],
      ["evaluate-high", JSON.stringify({ requestId: "a" })],
      ["evaluate-low", JSON.stringify({ requestId: "b" })],
    ] as const;
    for (const [queue, body] of messages) {
      await pipeline.send(queue, body);
      await pipeline.drain();
    }
    const once = await state();
    const [counts] = await pipeline.select(
      "select lines_read, kept, quarantined, duplicate, ignored from objects",
    );
    expect(counts).toEqual({ lines_read: 7, kept: 3, quarantined: 2, duplicate: 1, ignored: 1 });
    expect(pipeline.judgeCalls()).toBe(2);
    for (const [queue, body] of messages) await pipeline.send(queue, body);
    await pipeline.drain();
    for (const [queue, body] of messages.toReversed()) await pipeline.send(queue, body);
    await pipeline.drain();
    expect(await state()).toEqual(once);
    expect(pipeline.judgeCalls()).toBe(2);
    const fold = await pipeline.fold(at);
    expect(fold.get("v1")).toMatchObject({ counts: { n: 2, errors: 1 }, votes: 1, negative: 1 });
    expect(fold.get("v2")).toMatchObject({ counts: { n: 1, errors: 0 }, votes: 0 });
  });

  it("sends one page and opens one incident", async () => {
    const notice = {
      type: "rollback",
      app: "shop",
      generation: 2,
      at: pipeline.clock.now(),
      dedupeKey: "rollback/shop/2",
      severity: "critical",
      title: "shop: canary v2 rolled back",
      lines: ["because"],
      evidence: null,
    };
    const body = JSON.stringify({ MessageId: "m", Message: JSON.stringify(notice) });
    await pipeline.send("notify", body);
    await pipeline.send("notify", body);
    await pipeline.drain();
    await pipeline.send("notify", body);
    await pipeline.drain();
    expect(await pipeline.pages()).toMatchObject([{ subject: "[critical] shop: canary v2 rolled back" }]);
    expect(pipeline.opsItems().map(({ title }) => title)).toEqual(["shop: canary v2 rolled back"]);
    expect(pipeline.calls().ssm).toEqual({ CreateOpsItem: 1 });
  });
});

describe("records glued together on one line", () => {
  it("count once in their window when they say the same twice", async () => {
    await pipeline.advanceTo(pipeline.clock.now() + 30 * MINUTE);
    const at = pipeline.clock.now();
    const twin = line(chatRecord({ id: "twin", at, variant: "v1" }));
    await pipeline.deliverObject("twins.json.gz", zipped(twin + twin, `[${twin},${twin}]`), at + MINUTE);
    expect((await pipeline.fold(at)).get("v1")?.counts.n).toBe(1);
  });
});

/** The verbs of ingest whose effect may be the last thing a dying function did. */
const EFFECTS = [
  "claimNewUser",
  "claimRequest",
  "reviseDecision",
  "writeLake",
  "putWindowItems",
  "sendToEvaluate",
] as const;

describe("an ingest that dies", () => {
  const stage = {
    config: parseConfig(JUDGE_ALL),
    prices: createPriceBook({ profiles: {} }),
    partName,
  };
  let freshDeps: () => IngestDeps;
  beforeAll(async () => {
    // The function reads its environment when it is loaded, so the pipeline has to be there first.
    freshDeps = (await import("../../functions/ingest.ts")).productionDeps;
  });
  /** The same verbs, but the process ends right after the effect of one of them. */
  function dyingAfter(verb: (typeof EFFECTS)[number]): IngestDeps {
    const whole = freshDeps();
    const dies = async (...args: never[]): Promise<never> => {
      await (whole[verb] as (...args: never[]) => Promise<unknown>)(...args);
      throw new Error(`died after ${verb}`);
    };
    return { ...whole, [verb]: dies };
  }

  it.each(EFFECTS)("after %s is healed by the next delivery", async (verb) => {
    await pipeline.advanceTo(pipeline.clock.now() + 30 * MINUTE);
    const at = pipeline.clock.now();
    const ids = [`${verb}-0`, `${verb}-1`];
    // Negative feedback is there before the record, so that the decision is revised on the way.
    const vote = { feedbackId: verb, requestId: ids[0], kind: "rating", value: 1, user: "ann", at: iso(at) };
    await pipeline.send("feedback", appEvent(verb, vote));
    await pipeline.drain();
    const key = `${verb}.json.gz`;
    const records = ids.map((id) => line(chatRecord({ id, at, variant: "v1", user: id })));
    await pipeline.storeObject(key, zipped(...records, "half a li"));
    const calls = pipeline.judgeCalls();

    const object = { key, deliveredAt: at };
    await expect(ingestObject(object, stage, dyingAfter(verb))).rejects.toThrow(`died after ${verb}`);
    await pipeline.drain();
    const report = await ingestObject(object, stage, freshDeps());
    await pipeline.drain();

    expect(report).toMatchObject({ read: 3, kept: 2, quarantined: 1, duplicate: 0, ignored: 0 });
    expect((await pipeline.fold(at)).get("v1")).toMatchObject({
      counts: { n: 2, errors: 0, newUsers: 2 },
      votes: 1,
      negative: 1,
    });
    expect(
      await pipeline.select(
        `select request_id, outcome, deciding_rule from requests where source_key = '${key}' order by 1`,
      ),
    ).toEqual([
      { request_id: ids[0], outcome: "judged", deciding_rule: "negative_feedback" },
      { request_id: ids[1], outcome: "judged", deciding_rule: "new_user" },
    ]);
    expect(pipeline.judgeCalls()).toBe(calls + 2);
  });
});
