import { parseConfig } from "@bellwether/core/config/config";
import { parseRecord } from "@bellwether/core/records/parse";
import { afterVotes } from "@bellwether/core/requests/after-votes";
import { decideAgain, decideRequest, lookAt, type RequestDecision } from "@bellwether/core/requests/decision";
import type { KappaRow } from "@bellwether/core/sampling/kappa";
import { permanentRandomNumber } from "@bellwether/core/sampling/unit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chatRecord, DAY_MS } from "../../support/chat-record.ts";
import { AT, knownRequest, SAMPLED_OUT } from "./known-request.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const config = parseConfig({ sampling: { preset: "budgeted", piMin: 0.0025 } });
const KAPPA = { estimation: 0.05, triage: 0.02, canaryRate: 1 };
const facts = { negativeFeedback: false, newUser: false, costUsd: undefined, matchedShare: undefined };
const feedbackIn = (ms: number) => ({ requestAt: AT, feedbackAt: AT + ms });

function chat(id: string) {
  const parsed = parseRecord(chatRecord({ id, at: DAY_MS }));
  if (!parsed.ok) throw new Error("the fixture is no record");
  return parsed.value;
}

const unit = fc.double({ min: 0, max: 0.9999, noNaN: true });
const kappa = fc.record({
  estimation: fc.double({ min: 0, max: 1, noNaN: true }),
  triage: fc.double({ min: 0, max: 0.06, noNaN: true }),
  canaryRate: fc.constant(1),
});
/** A decision of the record alone. */
const decided = fc.record({ pi: fc.double({ min: 0.0025, max: 1, noNaN: true }), u: unit }).map(
  ({ pi, u }): RequestDecision => ({
    ...SAMPLED_OUT,
    pi,
    firstPi: pi,
    u,
    outcome: u < pi ? "queued" : "sampled_out",
    priority: u < pi ? 4 : null,
  }),
);

describe("over budget", () => {
  it("is exactly what a rule wanted and the budget refused", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), kappa, (id, newUser, allowed) => {
        const decision = decideRequest(chat(id), { ...facts, newUser }, config, allowed);
        const { u, pi, outcome } = decision;
        const wanted = Math.max(newUser ? 1 : config.sampling.baseRate, pi ?? 0);
        expect(u).toBe(permanentRandomNumber("bellwether", id));
        expect(outcome).toBe(
          (u ?? 1) < (pi ?? 0) ? "queued" : (u ?? 1) < wanted ? "over_budget" : "sampled_out",
        );
      }),
    );
  });

  it("never happens under fixed", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), (id, newUser) => {
        const decision = decideRequest(chat(id), { ...facts, newUser }, parseConfig({}), undefined);
        expect(decision.outcome).not.toBe("over_budget");
      }),
    );
  });

  it("is also what negative feedback may be, and a later, richer hour draws it", () => {
    const poor = decideAgain(SAMPLED_OUT, feedbackIn(HOUR), config, KAPPA);
    expect(poor).toMatchObject({ pi: 0.4, u: 0.5, outcome: "over_budget", priority: null });
    const rich = poor && decideAgain(poor, feedbackIn(2 * HOUR), config, { ...KAPPA, triage: 0.03 });
    expect(rich).toMatchObject({ pi: 0.6, outcome: "queued", priority: 1, rules: poor?.rules });
  });
});

describe("negative feedback", () => {
  it("keeps U and the first pi, and takes the larger pi", () => {
    fc.assert(
      fc.property(decided, kappa, (decision, allowed) => {
        const again = decideAgain(decision, feedbackIn(HOUR), config, allowed);
        const pi = Math.min(1, Math.max(config.sampling.piMin, 20 * allowed.triage));
        expect(again).toMatchObject({
          u: decision.u,
          firstPi: decision.firstPi,
          pi: Math.max(decision.pi ?? 0, pi),
        });
        expect(again?.outcome === "queued").toBe((decision.u ?? 1) < (again?.pi ?? 0));
      }),
    );
  });

  it.each([
    ["71:59", 72 * HOUR - MINUTE, true],
    ["72:00", 72 * HOUR, true],
    ["72:01", 72 * HOUR + MINUTE, false],
  ])("%s after the request raises pi: %s", (_when, ms, raises) => {
    const again = decideAgain(SAMPLED_OUT, feedbackIn(ms), config, { ...KAPPA, triage: 1 });
    if (raises)
      expect(again).toMatchObject({
        pi: 1,
        outcome: "queued",
        rules: ["negative_feedback", "random_sample"],
      });
    else
      expect(again).toEqual({
        ...SAMPLED_OUT,
        priority: 1,
        outcome: "queued",
        look: { why: "late_feedback" },
      });
  });

  it("that comes late asks for no look at what was drawn", () => {
    expect(decideAgain({ ...SAMPLED_OUT, u: 0.01 }, feedbackIn(80 * HOUR), config, KAPPA)).toBeUndefined();
  });
});

describe("a look", () => {
  it("queues what was not drawn, first and without changing pi", () => {
    expect(lookAt(SAMPLED_OUT, "asked")).toEqual({
      ...SAMPLED_OUT,
      priority: 1,
      outcome: "queued",
      look: { why: "asked" },
    });
  });

  it.each([
    ["what was drawn", { ...SAMPLED_OUT, u: 0.01 }],
    ["what cannot be judged", { ...SAMPLED_OUT, pi: null, u: null }],
    ["what was looked at", { ...SAMPLED_OUT, look: { why: "asked" } as const }],
  ])("leaves %s alone", (_what, decision) => {
    expect(lookAt(decision, "asked")).toBeUndefined();
  });

  it("ends when timely feedback draws the request: it is a member with the weight of its final pi", () => {
    const look = lookAt(SAMPLED_OUT, "asked");
    const drawn = look && decideAgain(look, feedbackIn(HOUR), config, { ...KAPPA, triage: 0.04 });
    expect(drawn).toMatchObject({ pi: 0.8, firstPi: 0.02 });
    expect(drawn).not.toHaveProperty("look");
    const undrawn = look && decideAgain(look, feedbackIn(HOUR), config, KAPPA);
    expect(undrawn).toMatchObject({ pi: 0.4, look: { why: "asked" }, outcome: "queued" });
  });
});

describe("afterVotes", () => {
  const rows: readonly KappaRow[] = [
    { from: AT - HOUR, ...KAPPA },
    { from: AT + HOUR, ...KAPPA, triage: 0.035 },
    { from: AT + 2 * HOUR, ...KAPPA, triage: 0.01 },
  ];
  const deps = { kappaRows: async () => rows };
  const voted = (...negativeAt: readonly number[]) => knownRequest({ negativeAt });
  const decide = async (request: ReturnType<typeof voted>) =>
    (await afterVotes(request, config, deps))(request);

  it("changes nothing without a negative vote", async () => {
    expect(await decide(knownRequest())).toBeUndefined();
    expect(await decide(voted())).toBeUndefined();
  });

  it("takes the largest pi that a vote in time was given, whichever came first", async () => {
    const all = [AT + MINUTE, AT + HOUR, AT + 3 * HOUR, AT + 80 * HOUR];
    const together = await decide(voted(...all));
    expect(together?.pi).toBeCloseTo(0.7, 12);
    expect(together).toMatchObject({ outcome: "queued", priority: 1 });
    expect(together).not.toHaveProperty("look");
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (order) => {
        let request = knownRequest();
        for (let n = 1; n <= order.length; n++) {
          request = { ...request, negativeAt: order.slice(0, n).toSorted((a, b) => a - b) };
          request = { ...request, decision: (await decide(request)) ?? request.decision };
        }
        expect(request.decision.pi).toBe(together?.pi);
        expect("look" in request.decision).toBe(false);
        expect(await decide(request)).toBeUndefined();
      }),
    );
  });

  it("asks for what pace allowed between the first and the last vote, and not at all under fixed", async () => {
    const asked: (readonly [number, number])[] = [];
    const kappaRows = async (from: number, until: number) => {
      asked.push([from, until]);
      return rows;
    };
    await afterVotes(voted(AT, AT + 2, AT + 5), config, { kappaRows });
    await afterVotes(voted(AT), parseConfig({}), { kappaRows });
    expect(asked).toEqual([[AT, AT + 5]]);
  });
});
