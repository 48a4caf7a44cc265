import { decide } from "@bellwether/core/registry/decide";
import { type Entry, STATUSES, type Status } from "@bellwether/core/registry/entry";
import { emptyHead, type Policy } from "@bellwether/core/registry/head";
import { refusal } from "@bellwether/core/registry/transitions";
import { beforeAll, describe, expect, it } from "vitest";
import { ADA, PROMPTS, registryWith } from "./memory-registry.ts";

const NOTHING: Policy = { requireApproval: false, requireGate: false };
const approval = { decision: "approved", by: "ada", at: 1, why: "" } as const;
const gate = { passed: true, detail: "quality 0.91 ≥ 0.85", at: 1 };
let base: Entry;

beforeAll(async () => {
  const { entries } = await registryWith("v2");
  base = [...entries.values()][0] as Entry;
});

/** Every pair of statuses: an empty text for a legal move, else what the refusal says. */
const TABLE: readonly (readonly [Status, Status, string])[] = [
  ["candidate", "candidate", "v2 is candidate already; from there it can go to canary"],
  ["candidate", "canary", ""],
  ["candidate", "production", "v2 is candidate and cannot become production; from there it can go to canary"],
  ["candidate", "retired", "v2 is candidate and cannot become retired; from there it can go to canary"],
  ["canary", "candidate", ""],
  ["canary", "canary", "v2 is canary already; from there it can go to production or candidate"],
  ["canary", "production", ""],
  [
    "canary",
    "retired",
    "v2 is canary and cannot become retired; from there it can go to production or candidate",
  ],
  [
    "production",
    "candidate",
    "v2 is production and cannot become candidate; from there it can go to retired",
  ],
  ["production", "canary", "v2 is production and cannot become canary; from there it can go to retired"],
  ["production", "production", "v2 is production already; from there it can go to retired"],
  ["production", "retired", ""],
  ["retired", "candidate", ""],
  ["retired", "canary", "v2 is retired and cannot become canary; from there it can go to candidate"],
  ["retired", "production", "v2 is retired and cannot become production; from there it can go to candidate"],
  ["retired", "retired", "v2 is retired already; from there it can go to candidate"],
];

describe("transitions", () => {
  it("are listed for every pair of statuses", () => {
    expect(TABLE.map(([from, to]) => `${from} ${to}`)).toEqual(
      STATUSES.flatMap((from) => STATUSES.map((to) => `${from} ${to}`)),
    );
  });

  it.each(TABLE)("%s → %s %s", (status, to, reason) => {
    const said = refusal({ ...base, status }, to, NOTHING, ADA);
    expect(said ?? "").toBe(reason);
  });
});

describe("what a move needs", () => {
  const strict: Policy = { requireApproval: true, requireGate: true };
  it.each<[string, Partial<Entry>, Policy, string]>([
    [
      "nobody's word",
      { gate },
      { ...strict, requireGate: false },
      "v2 is not approved, and the policy requires it",
    ],
    ["no gate", { approval }, strict, "no gate has passed v2, and the policy requires one"],
    [
      "a failed gate",
      { approval, gate: { ...gate, passed: false, detail: "quality 0.71" } },
      strict,
      "the gate of v2 failed: quality 0.71",
    ],
    [
      "a rejection, whatever the policy",
      { approval: { ...approval, decision: "rejected", why: "too chatty" } },
      NOTHING,
      "v2 was rejected by ada: too chatty; it can be approved again",
    ],
  ])("a canary with %s is refused", (_name, fields, policy, reason) => {
    expect(refusal({ ...base, ...fields }, "canary", policy, ADA)).toBe(reason);
  });

  it("approval and a passed gate are enough", () => {
    expect(refusal({ ...base, approval, gate }, "canary", strict, ADA)).toBeUndefined();
  });

  it("a failed gate does not count where none is required", () => {
    const failed = { ...base, gate: { ...gate, passed: false } };
    expect(refusal(failed, "canary", NOTHING, ADA)).toBeUndefined();
  });

  it("a canary is not taken back without a reason", () => {
    const canary: Entry = { ...base, status: "canary" };
    expect(refusal(canary, "candidate", NOTHING, { ...ADA, why: "" })).toBe(
      "taking v2 back from canary needs a reason",
    );
  });

  it("a promotion retires what is in production, first", () => {
    const head = { ...emptyHead(PROMPTS), production: "v1" };
    const canary: Entry = { ...base, status: "canary" };
    expect(decide(head, canary, { kind: "move", to: "production" }, ADA)).toEqual({
      kind: "change",
      production: "v2",
      changes: [
        { version: "v1", change: { kind: "move", to: "retired", replaces: null } },
        { version: "v2", change: { kind: "move", to: "production", replaces: "v1" } },
      ],
    });
  });

  it("nothing is in production once it is retired", () => {
    const head = { ...emptyHead(PROMPTS), production: "v2" };
    const decision = decide(head, { ...base, status: "production" }, { kind: "move", to: "retired" }, ADA);
    expect(decision).toMatchObject({ kind: "change", production: null });
  });
});
