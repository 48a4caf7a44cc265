import { readAppEvent } from "@bellwether/core/feedback/event";
import { readConversation } from "@bellwether/core/records/conversation-reader";
import { decodeLine } from "@bellwether/core/records/decode";
import type { Invocation } from "@bellwether/core/records/invocation";
import { hasJudgeableText } from "@bellwether/core/records/judgeable";
import { parseRecord } from "@bellwether/core/records/parse";
import { createTraffic } from "@bellwether/local/traffic/traffic";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, playDay, START } from "./play-day.ts";

const CONTEXT_TAGS = ["context", "documents", "passages", "search_results"];

const day = playDay();
const decoded = day.records.map(({ at, line }) => ({ at, decoded: decodeLine(line) }));
const invocations = decoded.flatMap(({ decoded: line }): Invocation[] => {
  if (!line.ok) return [];
  const record = parseRecord(line.value[0]);
  return record.ok ? [record.value] : [];
});
const byId = new Map(invocations.map((invocation) => [invocation.requestId, invocation]));

function share<T>(items: readonly T[], condition: (item: T) => boolean): number {
  return items.filter(condition).length / items.length;
}

describe("records of a day", () => {
  it("come in about the number asked for, in order of time", () => {
    expect(Math.abs(day.records.length / DAY.requests - 1)).toBeLessThan(0.04);
    expect(day.records.every(({ at }, index) => at >= (day.records[index - 1]?.at ?? START))).toBe(true);
  });

  it("are accepted by the parser at their time, but for a few torn lines", () => {
    const garbage = decoded.filter((line) => !line.decoded.ok).length;
    expect(garbage).toBeGreaterThan(0);
    expect(garbage).toBeLessThan(20);
    expect(invocations.length).toBe(day.records.length - garbage);
  });

  it("repeat a few records, byte for byte, and otherwise never an id", () => {
    const lines = new Map<string, string>();
    let repeated = 0;
    for (const { line } of day.records) {
      const value = decodeLine(line);
      const record = value.ok ? parseRecord(value.value[0]) : undefined;
      if (!record?.ok) continue;
      const before = lines.get(record.value.requestId);
      if (before !== undefined) {
        expect(line).toBe(before);
        repeated++;
      }
      lines.set(record.value.requestId, line);
    }
    expect(repeated).toBeGreaterThan(2);
    expect(repeated).toBeLessThan(40);
  });

  it("cover all operations, an embedding model, an unpriced model and both envelope key orders", () => {
    expect(new Set(invocations.map(({ operation }) => operation)).size).toBe(4);
    expect(share(invocations, ({ model }) => model.id.includes("titan-embed"))).toBeGreaterThan(0.01);
    const imported = share(invocations, ({ model }) => model.kind === "imported");
    expect(imported).toBeGreaterThan(0.001);
    expect(imported).toBeLessThan(0.004);
    expect(share(day.records, ({ line }) => line.startsWith('{"schemaType"'))).toBeGreaterThan(0.2);
    expect(share(day.records, ({ line }) => line.startsWith('{"timestamp"'))).toBeGreaterThan(0.5);
  });

  it("carry what the shape of their operation carries", () => {
    for (const invocation of invocations) {
      expect(invocation.tags.app).toBe("support-bot");
      expect(["stable", "canary"]).toContain(invocation.tags.variant);
      expect(invocation.tags.promptVersion).toBe(invocation.tags.variant === "stable" ? "v12" : "v13");
      if (invocation.errorCode !== undefined) {
        expect(invocation.usage).toBeUndefined();
        continue;
      }
      const streamed = invocation.operation === "InvokeModelWithResponseStream";
      // A blocked stream has no metrics event.
      const blocked = streamed && invocation.guardrail?.intervened === true;
      const silent = blocked || invocation.output.kind === "absent";
      expect(invocation.latencyMs === undefined).toBe(invocation.operation === "InvokeModel" || silent);
      expect(invocation.ttftMs === undefined).toBe(!streamed || silent);
    }
  });

  it("hold throttles, guardrail blocks, tool calls, cached tokens and body-less records in small numbers", () => {
    const throttled = share(invocations, ({ errorCode }) => errorCode === "ThrottlingException");
    expect(throttled).toBeGreaterThan(0.005);
    expect(throttled).toBeLessThan(0.012);
    const blocked = share(invocations, ({ guardrail }) => guardrail?.intervened === true);
    expect(blocked).toBeGreaterThan(0.0005);
    expect(blocked).toBeLessThan(0.008);
    expect(share(invocations, ({ stopReason }) => stopReason === "tool_use")).toBeGreaterThan(0.02);
    expect(share(invocations, ({ usage }) => (usage?.cacheReadTokens ?? 0) > 0)).toBeGreaterThan(0.5);
    expect(share(invocations, ({ usage }) => (usage?.cacheWriteTokens ?? 0) > 0)).toBeGreaterThan(0.02);
    const bodiless = invocations.filter((one) => one.errorCode === undefined && one.output.kind === "absent");
    expect(bodiless.length).toBeGreaterThan(3);
    expect(bodiless.every(({ usage }) => usage !== undefined)).toBe(true);
  });

  it("follow a working day: two humps, and a peak about four times the trough", () => {
    const hours = new Array<number>(24).fill(0);
    for (const { at } of day.records) {
      const hour = Math.floor((at - START) / HOUR);
      if (hour < 24) hours[hour] = (hours[hour] ?? 0) + 1;
    }
    const rate = (hour: number): number => hours[hour] ?? 0;
    const ratio = Math.max(...hours) / Math.min(...hours);
    expect(ratio).toBeGreaterThan(3.2);
    expect(ratio).toBeLessThan(5);
    expect(rate(10)).toBeGreaterThan(rate(13) * 1.1);
    expect(rate(15)).toBeGreaterThan(rate(13) * 1.1);
    expect(rate(3)).toBeLessThan(rate(20));
  });

  it("come from returning users, none of whom dominates", () => {
    const perUser = new Map<string, number>();
    for (const { tags } of invocations) perUser.set(tags.user ?? "", (perUser.get(tags.user ?? "") ?? 0) + 1);
    const counts = [...perUser.values()].sort((a, b) => b - a);
    expect(counts.length).toBeGreaterThan(1_000);
    expect(counts[0]).toBeLessThan(invocations.length * 0.02);
    expect(counts[0]).toBeGreaterThan(5 * (counts[Math.floor(counts.length / 2)] ?? 0));
  });
});

describe("truth", () => {
  const answered = day.truths.filter(({ hasAnswer }) => hasAnswer);
  const bad = (condition: (truth: (typeof answered)[number]) => boolean): number =>
    share(answered.filter(condition), ({ grounded }) => !grounded);

  it("is known once for every call", () => {
    expect(day.truths.length).toBe(byId.size);
    expect(day.truths.every(({ requestId }) => byId.has(requestId))).toBe(true);
  });

  it("agrees with what the log lets a reader see", () => {
    const outOfBand = new Set(
      day.events.flatMap(({ detailType, detail }) =>
        detailType === "interaction" && "requestId" in detail ? [detail.requestId] : [],
      ),
    );
    for (const truth of day.truths.slice(0, 6_000)) {
      const invocation = byId.get(truth.requestId);
      if (invocation === undefined) throw new Error(`no record of ${truth.requestId}`);
      expect([truth.requestId, hasJudgeableText(invocation)]).toEqual([truth.requestId, truth.hasAnswer]);
      if (!truth.hasAnswer) continue;
      const conversation = readConversation(invocation, { contextTags: CONTEXT_TAGS });
      expect(conversation.answer).toBe(truth.answer);
      expect(conversation.question).toBe(truth.question);
      expect(conversation.contexts).toEqual(outOfBand.has(truth.requestId) ? [] : truth.contexts);
      expect(conversation.contextTruncated).toBe(false);
    }
  });

  it("is about 6 % hallucinated, and about 45 % in the canary once it has turned bad", () => {
    const turned = (at: number): boolean => at >= DAY.turnsBadAt;
    expect(Math.abs(bad(({ variant }) => variant === "stable") - 0.06)).toBeLessThan(0.012);
    expect(bad(({ variant, at }) => variant === "canary" && !turned(at))).toBeLessThan(0.09);
    expect(Math.abs(bad(({ variant, at }) => variant === "canary" && turned(at)) - 0.45)).toBeLessThan(0.05);
  });

  it("has a canary only in its time, at about its share", () => {
    expect(day.truths.every(({ variant, at }) => variant === "stable" || at >= DAY.canaryFrom)).toBe(true);
    const during = day.truths.filter(({ at }) => at >= DAY.canaryFrom);
    expect(Math.abs(share(during, ({ variant }) => variant === "canary") - 0.2)).toBeLessThan(0.04);
  });

  it("is worse in slow requests", () => {
    const slow = (requestId: string): boolean => (byId.get(requestId)?.latencyMs ?? 0) > 3_000;
    const stable = answered.filter(({ variant }) => variant === "stable");
    expect(share(stable, ({ requestId }) => slow(requestId))).toBeGreaterThan(0.03);
    expect(bad(({ requestId, variant }) => variant === "stable" && slow(requestId))).toBeGreaterThan(0.15);
  });

  it("makes judging all unhappy requests and 2 % of the rest biased by more than 0.05", () => {
    const negative = new Set<string>();
    for (const { detailType, detail } of day.events) {
      const event = readAppEvent(detailType, detail);
      if (event.kind !== "feedback" || event.feedback.requestId === undefined) continue;
      const { kind, value } = event.feedback;
      const unhappy =
        value === "down" ||
        value === "regenerate" ||
        value === "escalate" ||
        (kind === "rating" && value <= 2);
      if (unhappy) negative.add(event.feedback.requestId);
    }
    const stable = answered.filter(({ variant }) => variant === "stable");
    const judged = stable.filter(({ requestId }, index) => negative.has(requestId) || index % 50 === 0);
    const quality = (truths: typeof stable): number => share(truths, ({ grounded }) => grounded);
    expect(quality(judged) - quality(stable)).toBeLessThan(-0.05);
  });

  it("has many questions and several domains", () => {
    expect(new Set(answered.map(({ question }) => question)).size).toBeGreaterThanOrEqual(150);
    expect(new Set(answered.flatMap(({ contexts }) => contexts)).size).toBeGreaterThanOrEqual(40);
  });
});

describe("events", () => {
  const feedback = day.events.flatMap(({ detailType, detail, at }) => {
    const event = readAppEvent(detailType, detail);
    return event.kind === "feedback" ? [{ ...event.feedback, delivered: at }] : [];
  });

  it("are all valid", () => {
    const invalid = day.events.filter(
      ({ detailType, detail }) => readAppEvent(detailType, detail).kind === "invalid",
    );
    expect(invalid).toEqual([]);
  });

  it("vote on about 8 % of requests", () => {
    const thumbs = feedback.filter(({ kind }) => kind === "thumbs").length;
    expect(Math.abs(thumbs / day.truths.length - 0.08)).toBeLessThan(0.015);
  });

  it("are at times late, doubled, without a request, or about an unknown one", () => {
    const lateness = feedback.map(
      ({ requestId, delivered }) => delivered - (byId.get(requestId ?? "")?.at ?? delivered),
    );
    expect(lateness.filter((ms) => ms > 2 * HOUR).length).toBeGreaterThan(20);
    expect(Math.max(...lateness)).toBeLessThan(20.1 * HOUR);
    const ids = feedback.map(({ feedbackId }) => feedbackId);
    expect(ids.length - new Set(ids).size).toBeGreaterThan(10);
    expect(feedback.filter(({ requestId }) => requestId === undefined).length).toBeGreaterThan(10);
    const unknown = feedback.filter(({ requestId }) => requestId !== undefined && !byId.has(requestId));
    expect(unknown.length).toBeGreaterThan(5);
  });

  it("bring contexts out of band for about 3 % of answers", () => {
    const interactions = day.events.filter(({ detailType }) => detailType === "interaction").length;
    expect(Math.abs(interactions / day.truths.length - 0.03)).toBeLessThan(0.01);
  });
});

describe("determinism", () => {
  const small = { ...DAY, requests: 900 };

  it("gives the same bytes for the same seed, and others for another", () => {
    expect(playDay(small, 30)).toEqual(playDay(small, 30));
    expect(playDay({ ...small, seed: 1 }, 30).records).not.toEqual(playDay(small, 30).records);
  });

  it("asks the same questions of the same users whatever the route answers", () => {
    const asked = (variant: string): unknown[] => {
      const { truths } = createTraffic(small).next(START, START + 30 * HOUR, () => variant);
      return truths.map(({ requestId, at, question, contexts }) => ({ requestId, at, question, contexts }));
    };
    expect(asked("stable").length).toBeGreaterThan(500);
    expect(asked("canary")).toEqual(asked("stable"));
  });

  it("brings the same in one long span as in many short ones", () => {
    const byStart = (route: string) => {
      const { records } = createTraffic(small).next(START, START + 44 * HOUR, () => route);
      return records.map(({ line }) => line).sort();
    };
    const traffic = createTraffic(small);
    const lines: string[] = [];
    for (let from = START; from < START + 44 * HOUR; from += HOUR) {
      lines.push(...traffic.next(from, from + HOUR, () => "stable").records.map(({ line }) => line));
    }
    expect(lines.sort()).toEqual(byStart("stable"));
  });

  it("refuses spans out of order and a canary that turns bad before it starts", () => {
    const traffic = createTraffic(small);
    traffic.next(START, START + HOUR, () => "stable");
    expect(() => traffic.next(START, START + HOUR, () => "stable")).toThrow(RangeError);
    expect(() => createTraffic({ ...small, turnsBadAt: small.canaryFrom - 1 })).toThrow(RangeError);
  });
});
