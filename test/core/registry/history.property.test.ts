import { changeVersion } from "@bellwether/core/registry/change-version";
import type { Wish } from "@bellwether/core/registry/decide";
import type { RegistryDeps } from "@bellwether/core/registry/deps";
import { type Entry, STATUSES } from "@bellwether/core/registry/entry";
import { readAudit, readFamily } from "@bellwether/core/registry/read";
import { register } from "@bellwether/core/registry/register";
import { setPolicy } from "@bellwether/core/registry/set-policy";
import { ContentionError } from "@bellwether/core/registry/settle";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADA, Crash, definition, memoryRegistry, PROMPTS } from "./memory-registry.ts";

const VERSIONS = ["v1", "v2", "v3"] as const;
const version = fc.constantFrom(...VERSIONS);
const score = fc.record({
  metric: fc.constantFrom("faithfulness", "safety"),
  source: fc.constantFrom("gate" as const, "production" as const),
  mean: fc.constantFrom(0.25, 0.75),
  low: fc.constant(0.25),
  high: fc.constant(0.75),
  nEff: fc.constant(40),
  at: fc.integer({ min: 0, max: 50 }),
});
const move = fc.constantFrom(...STATUSES).map((to): Wish => ({ kind: "move", to }));
const wish = fc.oneof(
  // Mostly what leads through the life of a version.
  { weight: 6, arbitrary: move },
  { weight: 3, arbitrary: fc.constant<Wish>({ kind: "approve" }) },
  { weight: 1, arbitrary: fc.constant<Wish>({ kind: "reject" }) },
  {
    weight: 1,
    arbitrary: fc
      .record({ passed: fc.boolean(), detail: fc.constant("quality"), at: fc.nat(50) })
      .map((gate): Wish => ({ kind: "gate", gate })),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(score, { maxLength: 2 })
      .map((scores): Wish => ({ kind: "measure", measured: { scores, cost: null, latency: null } })),
  },
);
type Operation =
  | { readonly do: "register"; readonly version: string }
  | { readonly do: "change"; readonly version: string; readonly wish: Wish }
  | { readonly do: "policy"; readonly requireApproval: boolean };
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 1, arbitrary: version.map((name): Operation => ({ do: "register", version: name })) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("change" as const), version, wish }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("policy" as const), requireApproval: fc.boolean() }) },
);

/** Runs an operation; how many changes it made, by its own account. */
async function run(op: Operation, deps: RegistryDeps): Promise<number> {
  if (op.do === "register")
    return (await register(definition(op.version), ADA, deps)).kind === "added" ? 1 : 0;
  if (op.do === "policy") {
    const set = await setPolicy(PROMPTS, { requireApproval: op.requireApproval }, ADA, deps);
    return set.kind === "changed" ? 1 : 0;
  }
  const answer = await changeVersion(PROMPTS, op.version, op.wish, ADA, deps);
  return answer.kind === "changed" ? 1 + (answer.retired === null ? 0 : 1) : 0;
}

/** Watches every write: one production at most, and every change of an entry raises seq by one. */
function watch() {
  const before = new Map<string, Entry>();
  return (entries: ReadonlyMap<string, Entry>): void => {
    const live = [...entries.values()].filter(({ status }) => status === "production");
    expect(live.length).toBeLessThanOrEqual(1);
    for (const [id, entry] of entries) {
      const old = before.get(id);
      if (old !== undefined && old.seq !== entry.seq) expect(entry.seq).toBe(old.seq + 1);
      if (old?.seq === entry.seq) expect(entry).toEqual(old);
      before.set(id, entry);
    }
  };
}

/** What is in production is what the head says, also for a reader in the middle of a promotion. */
function checkProduction({ head, entries }: Awaited<ReturnType<typeof readFamily>>): void {
  const live = entries.filter(({ status }) => status === "production").map((entry) => entry.version);
  expect(live).toEqual(head.production === null ? [] : [head.production]);
}

/** Rows of the policy and all versions; each version's are numbered 1 to its seq and lead from status to status. */
async function checkHistory(deps: RegistryDeps): Promise<number> {
  const { head, entries } = await readFamily(PROMPTS, deps);
  let rows = (await readAudit(PROMPTS, null, deps)).length;
  for (const entry of entries) {
    const audit = await readAudit(PROMPTS, entry.version, deps);
    expect(audit.map(({ seq }) => seq)).toEqual(Array.from({ length: entry.seq }, (_, i) => i + 1));
    expect(audit.map(({ from }) => from)).toEqual([null, ...audit.slice(0, -1).map(({ to }) => to)]);
    expect(audit.at(-1)?.to).toBe(entry.status);
    rows += audit.length;
  }
  checkProduction({ head, entries });
  return rows;
}

describe("any sequence of operations", () => {
  it("keeps one production at most, and one audit row a change, crashes included", async () => {
    const step = fc.record({ op: operation, crash: fc.option(fc.nat(4), { freq: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const { deps, crashAfter } = memoryRegistry(watch());
        let changes = 0;
        let crashed = false;
        for (const { op, crash } of [
          { op: { do: "register", version: "v1" } as const, crash: null },
          ...steps,
        ]) {
          crashAfter(crash ?? Number.POSITIVE_INFINITY);
          try {
            changes += await run(op, deps);
          } catch (error) {
            if (!(error instanceof Crash)) throw error;
            crashed = true;
          }
          crashAfter(Number.POSITIVE_INFINITY);
          const rows = await checkHistory(deps);
          // Nobody was told what came of a change whose caller died.
          if (!crashed) expect(rows).toBe(changes);
          else expect(rows).toBeGreaterThanOrEqual(changes);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("does so when operations run at the same time, and tells each caller the truth", async () => {
    const batch = fc.array(operation, { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(batch, { minLength: 1, maxLength: 5 }),
        fc.scheduler(),
        async (batches, s) => {
          const { deps } = memoryRegistry(watch());
          const slow = Object.fromEntries(
            Object.entries(deps).map(([name, verb]) => [
              name,
              s.scheduleFunction(verb as () => Promise<never>),
            ]),
          ) as unknown as RegistryDeps;
          let changes = 0;
          for (const name of VERSIONS) changes += await run({ do: "register", version: name }, deps);
          changes += await run({ do: "policy", requireApproval: false }, deps);
          for (const operations of batches) {
            const told = Promise.all(
              operations.map((op) =>
                run(op, slow).catch((error: unknown) => {
                  if (error instanceof ContentionError) return 0;
                  throw error;
                }),
              ),
            );
            const seen = readFamily(PROMPTS, slow);
            await s.waitFor(Promise.all([told, seen]));
            checkProduction(await seen);
            for (const count of await told) changes += count;
            expect(await checkHistory(deps)).toBe(changes);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
