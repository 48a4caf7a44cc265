import { permanentRandomNumber } from "@bellwether/core/sampling/unit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chatRecord, failedChat, line, zipped } from "../support/chat-record.ts";
import type { Row } from "../support/run-bellwether.ts";
import { type Pipeline, startPipeline } from "../support/running-pipeline.ts";

const MINUTE = 60_000;
const BASE_RATE = 0.5;
const SALT = "feedback";
let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await startPipeline({
    config: { apps: ["shop"], sampling: { baseRate: BASE_RATE, salt: SALT } },
    functions: ["ingest", "feedback", "evaluate"],
  });
});
afterAll(() => pipeline?.stop());

/** Delivers records as one object now; they happened five minutes before. */
async function deliver(key: string, ...records: readonly unknown[]): Promise<void> {
  await pipeline.deliverObject(key, zipped(...records.map(line)), pipeline.clock.now() + 5 * MINUTE);
}
const tell = async (detailType: "feedback" | "interaction" | "look", ...details: readonly unknown[]) => {
  for (const detail of details) await pipeline.putEvents(detailType, detail, pipeline.clock.now());
  await pipeline.drain();
};
const iso = (at: number): string => new Date(at).toISOString();
const thumbs = (feedbackId: string, requestId: string, value: string, at = pipeline.clock.now()) => ({
  feedbackId,
  requestId,
  kind: "thumbs",
  value,
  user: "ann",
  at: iso(at),
});
/** An id that the random sample takes, or does not take. */
function idOf(name: string, sampled: boolean): string {
  for (let n = 0; ; n++) {
    const id = `${name}-${n}`;
    if (permanentRandomNumber(SALT, id) < BASE_RATE === sampled) return id;
  }
}
const chat = (id: string) => chatRecord({ id, at: pipeline.clock.now(), variant: "v1" });

async function request(id: string): Promise<Row | undefined> {
  const [row] = await pipeline.select(
    `select pi, u, rules, deciding_rule, priority, outcome, variant from requests where request_id = '${id}'`,
  );
  return row;
}
const votes = async (at: number, variant = "v1") => {
  const fold = (await pipeline.fold(at)).get(variant);
  return { votes: fold?.votes, negative: fold?.negative };
};

describe("negative feedback", () => {
  it("before the record waits for it, then the request is judged at once", async () => {
    const at = pipeline.clock.now();
    const id = idOf("early", false);
    await tell("feedback", thumbs("early-f", id, "down"));
    expect(await request(id)).toBeUndefined();
    await deliver("early.json.gz", chatRecord({ id, at, variant: "v1" }));
    expect(await request(id)).toMatchObject({
      pi: 1,
      deciding_rule: "negative_feedback",
      priority: 1,
      outcome: "judged",
    });
    expect(await votes(at)).toEqual({ votes: 1, negative: 1 });
  });

  it("after the record raises pi with the same U and gets the request judged", async () => {
    const id = idOf("late", false);
    await deliver("late.json.gz", chat(id));
    const before = await request(id);
    expect(before).toMatchObject({ pi: BASE_RATE, outcome: "sampled_out", priority: null });
    const calls = pipeline.judgeCalls();
    await tell("feedback", thumbs("late-f", id, "down"));
    expect(await request(id)).toMatchObject({
      pi: 1,
      u: before?.u,
      rules: "negative_feedback,random_sample",
      deciding_rule: "negative_feedback",
      priority: 1,
      outcome: "judged",
    });
    expect(pipeline.judgeCalls()).toBe(calls + 1);
  });

  it("on a judged request changes its weight everywhere, and no judge is asked again", async () => {
    const at = pipeline.clock.now();
    const id = idOf("weights", true);
    const weights = async () => {
      const [row] = await pipeline.select(
        `select min(e.pi) as low, max(e.pi) as high, any_value(r.pi) as request
         from evaluations e join requests r on r.request_id = e.request_id where e.request_id = '${id}'`,
      );
      const metric = (await pipeline.fold(at)).get("v1")?.metrics.get("safety");
      return { ...row, sumOfWeights: metric?.moments.sw };
    };
    await deliver("weights.json.gz", chat(id));
    expect(await weights()).toEqual({ low: BASE_RATE, high: BASE_RATE, request: BASE_RATE, sumOfWeights: 2 });
    const calls = pipeline.judgeCalls();
    await tell("feedback", { ...thumbs("weights-f", id, "regenerate"), kind: "implicit" });
    expect(await weights()).toEqual({ low: 1, high: 1, request: 1, sumOfWeights: 1 });
    expect(pipeline.judgeCalls()).toBe(calls);
    expect(await votes(at)).toEqual({ votes: 1, negative: 1 });
  });

  it("counts once however often its event comes", async () => {
    const at = pipeline.clock.now();
    const id = idOf("doubled", false);
    await deliver("doubled.json.gz", chat(id));
    const event = thumbs("doubled-f", id, "down");
    await tell("feedback", event, event);
    await tell("feedback", event);
    expect(await votes(at)).toEqual({ votes: 1, negative: 1 });
    expect(await pipeline.select(`select kind from feedback where request_id = '${id}'`)).toEqual([
      { kind: "thumbs" },
    ]);
    expect(await request(id)).toMatchObject({ outcome: "judged" });
  });

  it("gives way to a later vote of the same user, never to an earlier one", async () => {
    const at = pipeline.clock.now();
    await deliver("mind.json.gz", chat("mind"));
    const now = pipeline.clock.now();
    await tell("feedback", thumbs("mind-1", "mind", "down", now));
    await tell("feedback", thumbs("mind-2", "mind", "up", now + 1_000));
    await tell("feedback", thumbs("mind-0", "mind", "down", now - 1_000));
    expect(await votes(at)).toEqual({ votes: 1, negative: 0 });
    await tell("feedback", { ...thumbs("mind-3", "mind", "down", now), user: "bob" });
    expect(await votes(at)).toEqual({ votes: 2, negative: 1 });
    expect(await pipeline.select("select feedback_id from feedback where request_id = 'mind'")).toHaveLength(
      4,
    );
  });
});

describe("a look", () => {
  it("gets a request judged that the sample left out, outside every mean, and once", async () => {
    await pipeline.advanceTo(pipeline.clock.now() + 30 * MINUTE);
    const at = pipeline.clock.now();
    const id = idOf("look", false);
    await deliver("look.json.gz", chat(id));
    const calls = pipeline.judgeCalls();
    await tell("look", { requestId: id, by: "ann" }, { requestId: id }, { requestId: "nobody" });
    expect(pipeline.judgeCalls()).toBe(calls + 1);
    expect(await request(id)).toMatchObject({ pi: null, deciding_rule: "look", outcome: "judged" });
    expect(
      await pipeline.select(
        `select distinct pi, status from evaluations where request_id = '${id}' and metric = 'quality'`,
      ),
    ).toEqual([{ pi: null, status: "scored" }]);
    const fold = (await pipeline.fold(at)).get("v1");
    expect(fold).toMatchObject({ counts: { n: 1, drawn: 0 }, judge: { judged: 1, finished: 0, raised: 0 } });
    expect(fold?.judge.picoUsd).toBeGreaterThan(0);
    expect(fold?.metrics.size).toBe(0);
  });
});

describe("an interaction", () => {
  it("with the context of an answer that was judged without one gets it judged again, once", async () => {
    await deliver("blind.json.gz", chat("blind"));
    await tell("feedback", thumbs("blind-f", "blind", "down"));
    const faithfulness = () =>
      pipeline.select(
        "select status, reason from evaluations where request_id = 'blind' and metric = 'faithfulness'",
      );
    expect(await faithfulness()).toEqual([{ status: "abstained", reason: "no_context" }]);
    const calls = pipeline.judgeCalls();
    const interaction = { requestId: "blind", contexts: ["The warranty lasts two years."] };
    await tell("interaction", interaction);
    expect(await faithfulness()).toMatchObject([{ status: "scored" }]);
    await tell("interaction", interaction, interaction);
    expect(pipeline.judgeCalls()).toBe(calls + 1);
    expect(await request("blind")).toMatchObject({ outcome: "judged", pi: 1 });
  });

  it("before the record gives the judge its context at the first look", async () => {
    const calls = pipeline.judgeCalls();
    await tell("interaction", { requestId: "known", contexts: ["The warranty lasts two years."] });
    await tell("feedback", thumbs("known-f", "known", "down"));
    await deliver("known.json.gz", chat("known"));
    expect(
      await pipeline.select(
        "select score from evaluations where request_id = 'known' and metric = 'faithfulness'",
      ),
    ).toEqual([{ score: 1 }]);
    expect(pipeline.judgeCalls()).toBe(calls + 1);
  });

  it.each(["before", "after"])("%s an untagged failed call names its variant", async (when) => {
    const id = `failed-${when}`;
    // Each case looks at five minutes of its own.
    await pipeline.advanceTo(pipeline.clock.now() + 30 * MINUTE);
    const at = pipeline.clock.now();
    const interaction = { requestId: id, contexts: [], tags: { variant: "v2" } };
    if (when === "before") await tell("interaction", interaction);
    await deliver(`${id}.json.gz`, failedChat(id, at));
    if (when === "after") {
      expect((await pipeline.fold(at)).get("unattributed")?.counts).toMatchObject({ n: 1, errors: 1 });
      await tell("interaction", interaction);
      await tell("interaction", interaction);
    }
    expect(await request(id)).toMatchObject({ variant: "v2", outcome: "filtered" });
    const fold = await pipeline.fold(at);
    expect(fold.get("v2")?.counts).toMatchObject({ n: 1, errors: 1 });
    expect(fold.get("unattributed")?.counts.n ?? 0).toBe(0);
  });

  it("cannot move a call that says itself which variant it was", async () => {
    await pipeline.advanceTo(pipeline.clock.now() + 30 * MINUTE);
    const at = pipeline.clock.now();
    await deliver("tagged.json.gz", failedChat("tagged", at, "v1"));
    await tell("interaction", { requestId: "tagged", contexts: [], tags: { variant: "v2" } });
    expect(await request("tagged")).toMatchObject({ variant: "v1" });
    expect([...(await pipeline.fold(at)).keys()]).toEqual(["v1"]);
  });
});

describe("events that cannot be read", () => {
  it("are kept aside with their bytes, and the good one between them counts", async () => {
    const good = thumbs("good-f", "nobody", "up");
    const { feedbackId: _, ...nameless } = good;
    const invalid = [
      { ...good, value: "sideways" },
      { ...good, kind: "telepathy" },
      nameless,
      { ...good, at: "soon" },
      { feedbackId: "f", kind: "thumbs", value: "up", at: good.at },
      { ...good, kind: "rating", value: 6 },
      { ...good, requestId: "x".repeat(300) },
    ];
    await tell("feedback", ...invalid.slice(0, 4), good, ...invalid.slice(4));
    await tell("interaction", { requestId: "nobody" }, { requestId: "nobody", contexts: "none" });
    const rows = await pipeline.select(
      "select source_key, source_line, raw from quarantine where reason = 'invalid_event'",
    );
    expect(rows).toHaveLength(invalid.length + 2);
    expect(rows.every((row) => String(row.source_key).startsWith("event/"))).toBe(true);
    const kept = rows.map((row) => JSON.parse(Buffer.from(String(row.raw), "base64").toString()));
    expect(kept).toContainEqual(invalid[0]);
    expect(await pipeline.select("select value from feedback where feedback_id = 'good-f'")).toEqual([
      { value: "up" },
    ]);
  });

  it("cost nothing when their names are hostile", async () => {
    const [before] = await pipeline.select("select count(*) as n from quarantine");
    const names = ["__proto__", "\ud800", "規".repeat(256), "a/../../b", "%00", "'; drop table requests"];
    await tell(
      "feedback",
      ...names.map((name, i) => ({ ...thumbs(`hostile-${i}`, "nobody", "up"), user: name, sessionId: name })),
      ...names.map((name, i) => ({ ...thumbs(`hostile-id-${i}`, name, "up") })),
    );
    const [row] = await pipeline.select(
      "select count(*) as n from feedback where feedback_id like 'hostile-%'",
    );
    const [bad] = await pipeline.select(
      "select count(*) as n from quarantine where reason = 'invalid_event'",
    );
    // Ids that no record can have are refused: the lone surrogate and the CJK one.
    expect([row?.n, bad?.n]).toEqual([2 * names.length - 2, Number(before?.n) + 2]);
  });
});

it("loses nothing on the way", async () => {
  expect(Object.values(await pipeline.dlq()).every((n) => n === 0)).toBe(true);
  const { ingest, feedback, evaluate } = pipeline.usage();
  expect([ingest?.errors, feedback?.errors, evaluate?.errors]).toEqual([0, 0, 0]);
});
