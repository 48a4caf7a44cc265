import { splitAudit } from "./apply.ts";
import type { RegistryDeps } from "./deps.ts";
import type { AuditRow, Family, Who } from "./entry.ts";
import { firstIssue, whoSchema } from "./fault.ts";
import { type Head, headSchema, type Policy } from "./head.ts";
import { ATTEMPTS, contention, settle } from "./settle.ts";

type PolicyAnswer =
  | { readonly kind: "changed" | "unchanged"; readonly policy: Policy }
  | { readonly kind: "refused"; readonly reason: string };

const words = ({ requireApproval, requireGate }: Policy): string =>
  `approval ${requireApproval ? "required" : "not required"}, gate ${requireGate ? "required" : "not required"}`;

/** Sets what a family requires of a candidate; a field that is left out stays. Throws ContentionError when it never got its turn. */
export async function setPolicy(
  family: Family,
  wish: Partial<Policy>,
  who: Who,
  deps: RegistryDeps,
): Promise<PolicyAnswer> {
  const wrong = firstIssue(whoSchema, who) ?? firstIssue(headSchema.pick({ app: true, kind: true }), family);
  if (wrong !== undefined) return { kind: "refused", reason: wrong };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const head = await settle(family, deps);
    const policy: Policy = { ...head.policy, ...wish };
    if (words(policy) === words(head.policy)) return { kind: "unchanged", policy };
    const seq = (head.audit.at(-1)?.seq ?? 0) + 1;
    const { by, at, why } = who;
    const row: AuditRow = {
      seq,
      at,
      by,
      why,
      change: "policy",
      from: null,
      to: null,
      detail: `${words(policy)} (was ${words(head.policy)})`,
    };
    const { kept, old } = splitAudit([...head.audit, row]);
    if (old.length > 0) await deps.keepAudit(family, null, old);
    const next: Head = { ...head, seq: head.seq + 1, policy, audit: kept };
    if (await deps.putHead(next, head.seq)) return { kind: "changed", policy };
  }
  throw contention(family);
}
