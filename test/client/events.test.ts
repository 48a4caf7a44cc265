import { createEventQueue, type Entry, type Fate } from "@bellwether/client/events";
import { type Detail, type Feedback, feedbackDetail, interactionDetail } from "@bellwether/client/feedback";
import { countProblems } from "@bellwether/client/problems";
import { readAppEvent } from "@bellwether/core/feedback/event";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Gate, gate, manualTime } from "./manual-time.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

/** A queue whose calls are answered by `fate`, or wait for the test when there is none. */
function start(fate?: (entry: Entry) => Fate, maxQueued = 1_000) {
  const time = manualTime(NOW);
  const problems = countProblems(undefined);
  const calls: { readonly entries: readonly Entry[]; readonly gate: Gate<readonly Fate[]> }[] = [];
  const queue = createEventQueue({
    send: (entries) => {
      const call = { entries, gate: gate<readonly Fate[]>() };
      calls.push(call);
      if (fate !== undefined) call.gate.open(entries.map(fate));
      return call.gate.promise;
    },
    maxQueued,
    now: time.clock.wall,
    every: time.every,
    report: problems.report,
  });
  const put = (n: number) => queue.put("feedback", { n });
  const sent = () => calls.map(({ entries }) => entries.map(({ detail }) => JSON.parse(detail).n as number));
  return { time, problems, calls, queue, put, sent };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

describe("the event queue", () => {
  it("sends ten at once, the rest a second later, and nothing while nothing waits", async () => {
    const { time, queue, put, sent } = start(() => "sent");
    for (const n of range(0, 12)) expect(put(n)).toBe(true);
    await queue.flush();
    expect(sent()).toEqual([range(0, 10), [10, 11]]);
    time.tick();
    expect(sent()).toHaveLength(2);
    put(12);
    expect(sent()).toHaveLength(2);
    time.tick();
    expect(sent().at(-1)).toEqual([12]);
  });

  it("flushes also what came while a call was under way", async () => {
    const { queue, put, sent, calls } = start();
    put(0);
    const first = queue.flush();
    put(1);
    const second = queue.flush();
    calls[0]?.gate.open(["sent"]);
    await first;
    calls[1]?.gate.open(["sent"]);
    expect(await second).toEqual({ waiting: 0 });
    expect(sent()).toEqual([[0], [1]]);
  });

  it("keeps what the bus could not take, waits longer each time, and delivers when the outage is over", async () => {
    let up = false;
    const { time, queue, put, sent } = start(() => (up ? "sent" : "again"));
    for (const n of range(0, 9)) put(n);
    expect(await queue.flush()).toEqual({ waiting: 9 });
    const pauses: number[] = [];
    for (let waited = 0; pauses.length < 8; waited += 1_000) {
      const before = sent().length;
      time.advance(1_000);
      time.tick();
      if (sent().length === before) continue;
      pauses.push(waited + 1_000 - pauses.reduce((sum, pause) => sum + pause, 0));
      await new Promise(setImmediate);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    up = true;
    expect(await queue.flush()).toEqual({ waiting: 0 });
    expect(sent().at(-1)).toEqual(range(0, 9));
  });

  it("sends again only the entries that need it", async () => {
    let first = true;
    const { queue, put, sent } = start(({ detail }) => {
      const { n } = JSON.parse(detail);
      return n === 1 && first ? "again" : n === 2 ? "refused" : "sent";
    });
    for (const n of range(0, 4)) put(n);
    expect(await queue.flush()).toEqual({ waiting: 1 });
    first = false;
    expect(await queue.flush()).toEqual({ waiting: 0 });
    expect(sent()).toEqual([[0, 1, 2, 3], [1]]);
  });

  it("holds no more than its bound through an outage: the oldest go, each is counted", async () => {
    const { queue, put, sent, problems } = start(() => "again", 50);
    for (const n of range(0, 200)) expect(put(n)).toBe(true);
    expect(await queue.flush()).toEqual({ waiting: 50 });
    expect(problems.counts()).toEqual({ event_dropped: 150 });
    await queue.flush();
    expect(sent().at(-1)).toEqual(range(150, 160));
  });

  it("keeps every call within ten entries and 256 KB, and refuses an event that never fits", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 25 }), async (sizes) => {
        const { queue, calls, problems } = start(() => "sent");
        const accepted = sizes.filter((size) =>
          queue.put("interaction", { text: "é".repeat(size / 2) }),
        ).length;
        expect(await queue.flush()).toEqual({ waiting: 0 });
        for (const { entries } of calls) {
          expect(entries.length).toBeLessThanOrEqual(10);
          const bytes = entries.reduce(
            (sum, { detail, detailType }) =>
              sum + 14 + Buffer.byteLength(`bellwether.app${detailType}${detail}`),
            0,
          );
          expect(bytes).toBeLessThan(256 * 1024);
        }
        expect(calls.reduce((sum, { entries }) => sum + entries.length, 0)).toBe(accepted);
        expect(accepted + (problems.counts().event_too_large ?? 0)).toBe(sizes.length);
      }),
      { numRuns: 30 },
    );
  });

  it("refuses what is no JSON instead of throwing", () => {
    const { queue, problems } = start();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(queue.put("interaction", circular)).toBe(false);
    expect(queue.put("interaction", { n: 1n })).toBe(false);
    expect(problems.counts()).toEqual({ event_invalid: 2 });
  });
});

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary", maxLength: 5_000 }),
  fc.constant("x".repeat(17_000)),
);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const vote = fc.record({
  kind: fc.constantFrom("thumbs", "rating", "comment", "correction", "implicit", "wave"),
  value: fc.oneof(
    fc.constantFrom("up", "down", "copy", "regenerate", "escalate", "abandon", "rephrase", undefined),
    fc.double(),
    anyText,
  ),
  requestId: fc.oneof(fc.constant("r1"), optional(anyText)),
  sessionId: optional(anyText),
  user: optional(anyText),
  comment: optional(anyText),
  feedbackId: optional(anyText),
  at: optional(fc.oneof(fc.date({ noInvalidDate: false }), fc.constant(new Date(NOW)))),
});

/** As the pipeline gets it. */
const onTheBus = (detail: Detail): unknown =>
  detail.ok ? JSON.parse(JSON.stringify(detail.detail)) : undefined;

describe("what is put on the bus", () => {
  const ignore = () => {};

  it("is feedback that the pipeline accepts, whatever the app hands in", () => {
    let accepted = 0;
    fc.assert(
      fc.property(vote, (given) => {
        const detail = feedbackDetail(given as unknown as Feedback, () => "new-id", NOW, ignore);
        if (!detail.ok) return;
        accepted += 1;
        expect(readAppEvent("feedback", onTheBus(detail))).toMatchObject({ kind: "feedback" });
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it("is an interaction that the pipeline accepts, whatever the app hands in", () => {
    fc.assert(
      fc.property(
        fc.record({
          requestId: anyText,
          contexts: fc.array(anyText, { maxLength: 3 }),
          question: optional(anyText),
          latencyMs: optional(fc.double()),
          retrievalUsd: optional(fc.double()),
        }),
        (given) => {
          const detail = interactionDetail(given, { variant: "v1" });
          if (detail.ok)
            expect(readAppEvent("interaction", onTheBus(detail))).toMatchObject({ kind: "interaction" });
          else expect(given.requestId).not.toMatch(/^[\x20-\x7e]{1,256}$/);
        },
      ),
    );
  });

  it("fills in id and time, and names user and session as the log does", () => {
    const detail = feedbackDetail(
      { kind: "thumbs", value: "down", requestId: "r1", sessionId: "s1", user: "Zoë" },
      () => "new-id",
      NOW,
      ignore,
    );
    expect(onTheBus(detail)).toEqual({
      feedbackId: "new-id",
      kind: "thumbs",
      value: "down",
      requestId: "r1",
      sessionId: "s1",
      user: expect.stringMatching(/^sha256-/),
      at: "2026-11-21T12:00:00.000Z",
    });
  });

  it("is cut where the pipeline would refuse its length, and that is counted", () => {
    const problems = countProblems(undefined);
    const cut = (kind: "comment" | "correction") =>
      feedbackDetail({ kind, value: "x".repeat(20_000), requestId: "r" }, () => "id", NOW, problems.report);
    expect(cut("comment")).toMatchObject({ detail: { value: "x".repeat(4_000) } });
    expect(cut("correction")).toMatchObject({ detail: { value: "x".repeat(16_000) } });
    expect(problems.counts()).toEqual({ text_cut: 2 });
  });

  it.each<[string, Feedback]>([
    ["neither request nor session", { kind: "thumbs", value: "up" }],
    ["a rating of 6", { kind: "rating", value: 6, requestId: "r" }],
    ["a request id no record can have", { kind: "thumbs", value: "up", requestId: "é" }],
    ["an impossible date", { kind: "thumbs", value: "up", requestId: "r", at: new Date("never") }],
    ["an unknown gesture", { kind: "implicit", value: "shrug" as "copy", requestId: "r" }],
  ])("is not %s", (_, given) => {
    expect(feedbackDetail(given, () => "id", NOW, ignore)).toMatchObject({ ok: false });
  });
});
