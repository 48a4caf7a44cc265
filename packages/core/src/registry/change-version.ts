import { applyChange } from "./apply.ts";
import { decide, type Wish } from "./decide.ts";
import type { RegistryDeps } from "./deps.ts";
import type { Entry, Family, Who } from "./entry.ts";
import { wishFault } from "./fault.ts";
import type { Head } from "./head.ts";
import { ATTEMPTS, contention, settle } from "./settle.ts";

/** What became of a wish; a reason is one line. */
export type Answer =
  | {
      readonly kind: "changed";
      readonly entry: Entry;
      /** Version that this promotion retired. */
      readonly retired: string | null;
    }
  | { readonly kind: "unchanged"; readonly reason: string; readonly entry: Entry }
  | { readonly kind: "refused"; readonly reason: string };

const refused = (reason: string): Answer => ({ kind: "refused", reason });

/**
 * Changes a version. One compare-and-set of the family's head decides and stores what to write, so of any number of
 * equal wishes exactly one wins; a crash after it is healed by whoever comes next. Throws ContentionError when it never
 * got its turn.
 */
export async function changeVersion(
  family: Family,
  version: string,
  wish: Wish,
  who: Who,
  deps: RegistryDeps,
): Promise<Answer> {
  const { app, kind } = family;
  const wrong = wishFault(wish, who);
  if (wrong !== undefined) return refused(wrong);
  let seen: Head | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const head = await settle(family, deps);
    seen ??= head;
    const entry = await deps.getEntry(family, version);
    if (entry === undefined) return refused(`${app} has no ${kind} ${version}`);
    // Whoever promotes over v1 has not agreed to promote over v2.
    if (wish.kind === "move" && wish.to === "production" && head.production !== seen.production) {
      const [before, now] = [seen.production, head.production].map((name) => name ?? "nothing");
      return refused(`the production ${kind} of ${app} went from ${before} to ${now} meanwhile; look again`);
    }
    const decision = decide(head, entry, wish, who);
    if (decision.kind === "refused") return decision;
    if (decision.kind === "unchanged") return { ...decision, entry };
    const { production, changes } = decision;
    const { by, at, why } = who;
    const seq = head.seq + 1;
    const decided: Head = { ...head, seq, production, pending: { changes: [...changes], by, at, why } };
    if (!(await deps.putHead(decided, head.seq))) continue;
    await settle(family, deps);
    const own = changes.flatMap((item) => (item.version === version ? [item.change] : []));
    return {
      kind: "changed",
      entry: own.reduce((changed, change) => applyChange(changed, change, who, seq), entry),
      retired: changes.find((item) => item.version !== version)?.version ?? null,
    };
  }
  throw contention(family);
}
