import { changeVersion } from "@bellwether/core/registry/change-version";
import type { Wish } from "@bellwether/core/registry/decide";
import { AUDIT_KEPT } from "@bellwether/core/registry/entry";
import { notePromotion, noteRollback, recordGate, recordScores } from "@bellwether/core/registry/notes";
import { readAudit, readFamily, readVersion } from "@bellwether/core/registry/read";
import { register } from "@bellwether/core/registry/register";
import { setPolicy } from "@bellwether/core/registry/set-policy";
import { describe, expect, it } from "vitest";
import { ADA, Crash, definition, type MemoryRegistry, PROMPTS, registryWith } from "./memory-registry.ts";

const to = (status: "candidate" | "canary" | "production" | "retired"): Wish => ({
  kind: "move",
  to: status,
});
const APPROVE: Wish = { kind: "approve" };
const REJECT: Wish = { kind: "reject" };

/** Makes each wish about a version come true. */
async function wishes({ deps }: MemoryRegistry, version: string, ...all: Wish[]): Promise<void> {
  for (const wish of all) {
    const answer = await changeVersion(PROMPTS, version, wish, ADA, deps);
    expect(answer.kind).toBe("changed");
  }
}

const statuses = async ({ deps }: MemoryRegistry) =>
  Object.fromEntries(
    (await readFamily(PROMPTS, deps)).entries.map(({ version, status }) => [version, status]),
  );

/** v1 in production, v2 a canary. */
async function running(): Promise<MemoryRegistry> {
  const registry = await registryWith("v1", "v2");
  await wishes(registry, "v1", APPROVE, to("canary"), to("production"));
  await wishes(registry, "v2", APPROVE, to("canary"));
  return registry;
}

describe("changeVersion", () => {
  it("promotes, retires the predecessor and tells both", async () => {
    const registry = await running();
    const answer = await changeVersion(PROMPTS, "v2", to("production"), ADA, registry.deps);
    expect(answer).toMatchObject({
      kind: "changed",
      retired: "v1",
      entry: { version: "v2", status: "production", previous: "v1" },
    });
    expect(await registry.deps.getEntry(PROMPTS, "v2")).toEqual(
      answer.kind === "changed" ? answer.entry : undefined,
    );
    expect(await statuses(registry)).toEqual({ v1: "retired", v2: "production" });
    const last = { at: ADA.at, by: "ada", why: "because", change: "moved" };
    expect((await readAudit(PROMPTS, "v1", registry.deps)).at(-1)).toMatchObject({
      ...last,
      from: "production",
      to: "retired",
    });
    expect((await readAudit(PROMPTS, "v2", registry.deps)).at(-1)).toMatchObject({
      ...last,
      from: "canary",
      to: "production",
      detail: "replaces v1",
    });
  });

  it("asks for a new word about a version that becomes a candidate again", async () => {
    const registry = await running();
    await wishes(registry, "v2", to("candidate"));
    expect(await changeVersion(PROMPTS, "v2", to("canary"), ADA, registry.deps)).toEqual({
      kind: "refused",
      reason: "v2 is not approved, and the policy requires it",
    });
  });

  it.each<[string, Wish[], Wish, RegExp]>([
    ["an approval twice", [APPROVE], APPROVE, /^v2 is approved already, by ada at 2026-10-06T/],
    ["a rejection twice", [REJECT], REJECT, /^v2 is rejected already/],
    ["an approval of a canary", [APPROVE, to("canary")], APPROVE, /only a candidate can be approved/],
  ])("refuses %s", async (_name, before, wish, reason) => {
    const registry = await registryWith("v2");
    await wishes(registry, "v2", ...before);
    const answer = await changeVersion(PROMPTS, "v2", wish, ADA, registry.deps);
    expect(answer).toMatchObject({ kind: "refused", reason: expect.stringMatching(reason) });
  });

  it("refuses a rejection without a reason, an unknown version and a person without a name", async () => {
    const { deps, heads } = await registryWith("v2");
    const attempts = [
      await changeVersion(PROMPTS, "v2", REJECT, { ...ADA, why: "" }, deps),
      await changeVersion(PROMPTS, "v9", APPROVE, ADA, deps),
      await changeVersion(PROMPTS, "v2", APPROVE, { ...ADA, by: "" }, deps),
    ];
    expect(attempts.map((answer) => answer.kind === "refused" && answer.reason)).toEqual([
      "rejecting v2 needs a reason",
      "bot has no prompt v9",
      expect.stringMatching(/^by: /),
    ]);
    expect(heads.size).toBe(0);
  });

  it("lets a rejected version be approved", async () => {
    const registry = await registryWith("v2");
    await wishes(registry, "v2", REJECT, APPROVE, to("canary"));
    expect(await statuses(registry)).toEqual({ v2: "canary" });
  });

  it("refuses to promote over a version that nobody has seen", async () => {
    const registry = await running();
    await registerCanary(registry);
    // v3 overtakes v2 between the look and the decision.
    let overtaken = false;
    const deps = {
      ...registry.deps,
      putHead: async (...args: Parameters<typeof registry.deps.putHead>) => {
        if (!overtaken) {
          overtaken = true;
          await wishes(registry, "v3", to("production"));
        }
        return registry.deps.putHead(...args);
      },
    };
    expect(await changeVersion(PROMPTS, "v2", to("production"), ADA, deps)).toEqual({
      kind: "refused",
      reason: "the production prompt of bot went from v1 to v3 meanwhile; look again",
    });
    expect(await statuses(registry)).toEqual({ v1: "retired", v2: "canary", v3: "production" });
  });

  it("loses no audit row when the item is full", async () => {
    const registry = await registryWith("v2");
    for (let round = 0; round < AUDIT_KEPT; round++) await wishes(registry, "v2", APPROVE, REJECT);
    const rows = await readAudit(PROMPTS, "v2", registry.deps);
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 2 * AUDIT_KEPT + 1 }, (_, i) => i + 1));
    expect(rows.slice(0, 3).map(({ change }) => change)).toEqual(["registered", "approved", "rejected"]);
    expect((await readVersion(PROMPTS, "v2", registry.deps))?.audit).toHaveLength(AUDIT_KEPT);
  });
});

async function registerCanary(registry: MemoryRegistry): Promise<void> {
  await register(definition("v3"), ADA, registry.deps);
  await wishes(registry, "v3", APPROVE, to("canary"));
}

describe("a crash while promoting", () => {
  // Head, v1, v2, head: four writes; before the first one nothing is decided.
  it.each([1, 2, 3])("after write %i is seen as done and healed by whoever comes next", async (writes) => {
    const registry = await running();
    registry.crashAfter(writes);
    const attempt = changeVersion(PROMPTS, "v2", to("production"), ADA, registry.deps);
    await expect(attempt).rejects.toBeInstanceOf(Crash);
    expect(await statuses(registry)).toEqual({ v1: "retired", v2: "production" });
    expect(await readVersion(PROMPTS, "v1", registry.deps)).toMatchObject({ status: "retired" });
    const again = await changeVersion(PROMPTS, "v2", to("production"), ADA, registry.deps);
    expect(again).toMatchObject({ kind: "refused", reason: expect.stringContaining("production already") });
    const stored = [...registry.entries.values()].map(({ version, status, audit }) => [
      version,
      status,
      audit.length,
    ]);
    expect(stored).toEqual([
      ["v1", "retired", 5],
      ["v2", "production", 4],
    ]);
    expect(registry.heads.get("bot prompt")).toMatchObject({ production: "v2", pending: null });
  });

  it("before the first write decides nothing", async () => {
    const registry = await running();
    registry.crashAfter(0);
    const attempt = changeVersion(PROMPTS, "v2", to("production"), ADA, registry.deps);
    await expect(attempt).rejects.toBeInstanceOf(Crash);
    expect(await statuses(registry)).toEqual({ v1: "production", v2: "canary" });
    await wishes(registry, "v2", to("production"));
  });
});

describe("readFamily", () => {
  it("looks again when a promotion happens between its reads", async () => {
    const registry = await running();
    let promoted = false;
    const listEntries: typeof registry.deps.listEntries = async (family) => {
      const listed = await registry.deps.listEntries(family);
      if (!promoted) {
        promoted = true;
        await wishes(registry, "v2", to("production"));
        // A page that was read before, one after: both in production.
        return [...listed.slice(0, 1), ...(await registry.deps.listEntries(family)).slice(1)];
      }
      return listed;
    };
    const { head, entries } = await readFamily(PROMPTS, { ...registry.deps, listEntries });
    expect(head.production).toBe("v2");
    expect(entries.map(({ status }) => status)).toEqual(["retired", "production"]);
  });
});

describe("notes", () => {
  it("take a canary back, once however often they come", async () => {
    const registry = await running();
    const note = () => noteRollback("bot", "v2", "quality fell", ADA.at, registry.deps);
    expect(await note()).toMatchObject([{ kind: "prompt", answer: { kind: "changed" } }]);
    expect(await note()).toMatchObject([{ kind: "prompt", answer: { kind: "unchanged" } }]);
    const rows = await readAudit(PROMPTS, "v2", registry.deps);
    expect(rows.filter(({ from }) => from === "canary")).toEqual([
      expect.objectContaining({ by: "bellwether", why: "quality fell", to: "candidate" }),
    ]);
  });

  it("take a canary back however long the reason is", async () => {
    const { deps } = await running();
    await noteRollback("bot", "v2", "x".repeat(2_000), ADA.at, deps);
    expect(await readVersion(PROMPTS, "v2", deps)).toMatchObject({ status: "candidate" });
  });

  it("say nothing about a version that nobody registered", async () => {
    const { deps } = await registryWith("v1");
    expect(await noteRollback("bot", "v9", "quality fell", ADA.at, deps)).toEqual([]);
  });

  it("promote, and refuse what is no canary", async () => {
    const registry = await running();
    expect(await notePromotion("bot", "v2", ADA, registry.deps)).toMatchObject([
      { answer: { kind: "changed", retired: "v1" } },
    ]);
    expect(await notePromotion("bot", "v1", ADA, registry.deps)).toMatchObject([
      { answer: { kind: "refused", reason: expect.stringContaining("v1 is retired") } },
    ]);
  });

  it("let a canary through a required gate only when it passed", async () => {
    const registry = await registryWith("v2");
    const { deps } = registry;
    const { at } = ADA;
    expect(await setPolicy(PROMPTS, { requireGate: true }, ADA, deps)).toMatchObject({ kind: "changed" });
    await wishes(registry, "v2", APPROVE);
    const gate = (passed: boolean, when: number) =>
      recordGate(PROMPTS, "v2", { passed, detail: "quality", at: when }, ADA, deps);
    expect((await gate(false, at)).kind).toBe("changed");
    expect((await changeVersion(PROMPTS, "v2", to("canary"), ADA, deps)).kind).toBe("refused");
    expect((await gate(true, at - 1)).kind).toBe("unchanged");
    expect((await gate(true, at + 1)).kind).toBe("changed");
    await wishes(registry, "v2", to("canary"));
    expect(await readAudit(PROMPTS, null, deps)).toMatchObject([
      {
        change: "policy",
        detail: "approval required, gate required (was approval required, gate not required)",
      },
    ]);
  });

  it("refuse a measurement that is no number", async () => {
    const { deps } = await registryWith("v2");
    const score = {
      metric: "faithfulness",
      source: "gate",
      mean: Number.NaN,
      low: 0,
      high: 1,
      nEff: 40,
      at: 1,
    } as const;
    const answer = await recordScores(
      PROMPTS,
      "v2",
      { scores: [score], cost: null, latency: null },
      ADA,
      deps,
    );
    expect(answer).toMatchObject({ kind: "refused", reason: expect.stringMatching(/^scores\.0\.mean: /) });
  });
});
