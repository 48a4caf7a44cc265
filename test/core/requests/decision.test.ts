import { parseConfig } from "@bellwether/core/config/config";
import { parseRecord } from "@bellwether/core/records/parse";
import {
  decideAgain,
  decideRequest,
  decisionColumns,
  JUDGE_APP,
  type RequestDecision,
} from "@bellwether/core/requests/decision";
import { permanentRandomNumber } from "@bellwether/core/sampling/unit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chatRecord, DAY_MS, failedChat } from "../../support/chat-record.ts";
import { SAMPLED_OUT } from "./known-request.ts";

const config = parseConfig({ judge: { roleArn: "arn:aws:iam::123456789012:role/bellwether-evaluate" } });
const facts = { negativeFeedback: false, newUser: false, costUsd: undefined, matchedShare: undefined };

const HOUR = 3_600_000;
const SOON = { requestAt: DAY_MS, feedbackAt: DAY_MS + HOUR };

const invocationOf = (record: unknown) => {
  const parsed = parseRecord(record);
  if (!parsed.ok) throw new Error("the fixture is no record");
  return parsed.value;
};
const chat = (id: string, overrides = {}) => invocationOf(chatRecord({ id, at: DAY_MS, overrides }));

describe("decideRequest", () => {
  it("queues what lies below pi, with the request's own number", () => {
    const decision = decideRequest(chat("r-1"), { ...facts, newUser: true }, config, undefined);
    expect(decision).toMatchObject({
      pi: 1,
      outcome: "queued",
      priority: 2,
      u: permanentRandomNumber("bellwether", "r-1"),
    });
  });

  it("samples 2 % of what has nothing special, and gives the rest no queue", () => {
    const decisions = Array.from({ length: 2_000 }, (_, n) =>
      decideRequest(chat(`request-${n}`), facts, config, undefined),
    );
    const queued = decisions.filter(({ outcome }) => outcome === "queued");
    expect(Math.abs(queued.length - 40)).toBeLessThan(4 * Math.sqrt(2_000 * 0.02 * 0.98));
    for (const { outcome, priority, u, pi } of decisions) {
      expect(outcome).toBe((u ?? 1) < (pi ?? 0) ? "queued" : "sampled_out");
      expect(priority).toBe(outcome === "queued" ? 4 : null);
    }
  });

  it("gives a smaller sample inside a larger one", () => {
    for (let n = 0; n < 500; n++) {
      const few = decideRequest(chat(`r${n}`), { ...facts, matchedShare: 0.1 }, config, undefined);
      const many = decideRequest(chat(`r${n}`), { ...facts, matchedShare: 0.3 }, config, undefined);
      if (few.outcome === "queued") expect(many.outcome).toBe("queued");
    }
  });

  const filtered = {
    pi: null,
    firstPi: null,
    u: null,
    uniform: false,
    rules: [],
    decidingRule: null,
    priority: null,
    outcome: "filtered",
  };
  it.each([
    ["the judge's tag", chat("a", { requestMetadata: { app: JUDGE_APP } }), "loop_guard"],
    [
      "the judge's role",
      chat("a", { identity: { arn: "arn:aws:sts::123456789012:assumed-role/bellwether-evaluate/x" } }),
      "loop_guard",
    ],
    ["a failed call", invocationOf(failedChat("a", DAY_MS)), "failed_call"],
    ["a call without an answer", chat("a", { output: undefined }), "no_text"],
  ])("filters %s even from the surest rule", (_what, invocation, outcomeReason) => {
    const sure = { ...facts, negativeFeedback: true, newUser: true };
    expect(decideRequest(invocation, sure, config, undefined)).toEqual({ ...filtered, outcomeReason });
  });
});

const undecided: fc.Arbitrary<RequestDecision> = fc
  .record({
    pi: fc.double({ min: 0.001, max: 1, noNaN: true }),
    u: fc.double({ min: 0, max: 0.999, noNaN: true }),
  })
  .map(({ pi, u }) => ({
    ...SAMPLED_OUT,
    pi,
    firstPi: pi,
    u,
    outcome: u < pi ? ("queued" as const) : ("sampled_out" as const),
    priority: u < pi ? 4 : null,
  }));

describe("decideAgain", () => {
  it("raises pi to that of negative feedback with the same U, once", () => {
    fc.assert(
      fc.property(undecided, (decision) => {
        const again = decideAgain(decision, SOON, config, undefined);
        expect(again).toMatchObject({ u: decision.u, pi: 1, outcome: "queued", priority: 1 });
        expect(again).toMatchObject({
          decidingRule: "negative_feedback",
          rules: ["negative_feedback", "random_sample"],
        });
        expect(again && decideAgain(again, SOON, config, undefined)).toBeUndefined();
      }),
    );
  });

  it("gives the decision of a record that found the feedback there, whichever came first", () => {
    const known = fc.record({
      newUser: fc.boolean(),
      costUsd: fc.constantFrom(undefined, 0.01, 0.2),
      matchedShare: fc.constantFrom(undefined, 0.25, 1),
    });
    fc.assert(
      fc.property(known, fc.uuid(), (seen, id) => {
        const first = decideRequest(chat(id), { ...seen, negativeFeedback: false }, config, undefined);
        const late = decideRequest(chat(id), { ...seen, negativeFeedback: true }, config, undefined);
        // What the record alone would have given is remembered: the windows counted it so.
        expect(decideAgain(first, SOON, config, undefined)).toEqual({ ...late, firstPi: first.firstPi });
      }),
    );
  });

  it("leaves alone what can never be judged", () => {
    const filtered: RequestDecision = {
      ...SAMPLED_OUT,
      pi: null,
      u: null,
      outcome: "filtered",
      outcomeReason: "failed_call",
    };
    expect(decideAgain(filtered, SOON, config, undefined)).toBeUndefined();
  });

  it.each(["judged", "abstained", "failed", "queued"] as const)(
    "keeps the outcome %s and only changes the weight",
    (outcome) => {
      const decision = { ...SAMPLED_OUT, u: 0.01, outcome, priority: 4 as const };
      expect(decideAgain(decision, SOON, config, undefined)).toMatchObject({ outcome, pi: 1 });
    },
  );
});

describe("decisionColumns", () => {
  it("answers why a request was not judged", () => {
    expect(decisionColumns(SAMPLED_OUT, 2)).toEqual({
      pi: 0.02,
      first_pi: 0.02,
      u: 0.5,
      rules: "random_sample",
      deciding_rule: "random_sample",
      priority: null,
      outcome: "sampled_out",
      outcome_reason: null,
      rev: 2,
    });
  });
});
