import type { Entry, Gate, Measured, Status, Who } from "./entry.ts";
import type { Change, Head } from "./head.ts";
import { hasRoom, news } from "./measure.ts";
import { refusal } from "./transitions.ts";

/** What somebody wants to happen to a version. */
export type Wish =
  | { readonly kind: "move"; readonly to: Status }
  | { readonly kind: "approve" }
  | { readonly kind: "reject" }
  | { readonly kind: "gate"; readonly gate: Gate }
  | { readonly kind: "measure"; readonly measured: Measured };

/** What comes of a wish; a reason is one line. */
export type Decision =
  | {
      readonly kind: "change";
      /** What is in production afterwards. */
      readonly production: string | null;
      readonly changes: readonly { readonly version: string; readonly change: Change }[];
    }
  | { readonly kind: "unchanged"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

const refused = (reason: string): Decision => ({ kind: "refused", reason });
const iso = (at: number): string => new Date(at).toISOString();

function move({ production, policy }: Head, entry: Entry, to: Status, who: Who): Decision {
  const reason = refusal(entry, to, policy, who);
  if (reason !== undefined) return refused(reason);
  const { version } = entry;
  const change = { version, change: { kind: "move", to, replaces: null } } as const;
  if (to === "retired") return { kind: "change", production: null, changes: [change] };
  if (to !== "production") return { kind: "change", production, changes: [change] };
  // The old version goes first: there is never a moment with two in production.
  const retire =
    production === null
      ? []
      : [{ version: production, change: { kind: "move", to: "retired", replaces: null } } as const];
  const promote = { version, change: { kind: "move", to, replaces: production } } as const;
  return { kind: "change", production: version, changes: [...retire, promote] };
}

function review(head: Head, entry: Entry, kind: "approve" | "reject", who: Who): Decision {
  const { version, status, approval } = entry;
  const word = kind === "approve" ? "approved" : "rejected";
  if (status !== "candidate") return refused(`${version} is ${status}; only a candidate can be ${word}`);
  if (approval?.decision === word)
    return refused(`${version} is ${word} already, by ${approval.by} at ${iso(approval.at)}`);
  if (kind === "reject" && who.why === "") return refused(`rejecting ${version} needs a reason`);
  return { kind: "change", production: head.production, changes: [{ version, change: { kind } }] };
}

/** Checks a wish against the family's head and the entry, both as they are decided; pure. */
export function decide(head: Head, entry: Entry, wish: Wish, who: Who): Decision {
  const { version } = entry;
  const { production } = head;
  switch (wish.kind) {
    case "move":
      return move(head, entry, wish.to, who);
    case "approve":
    case "reject":
      return review(head, entry, wish.kind, who);
    case "gate": {
      const { gate } = wish;
      if (entry.gate !== null && gate.at <= entry.gate.at)
        return { kind: "unchanged", reason: `a gate of ${iso(entry.gate.at)} is recorded for ${version}` };
      return { kind: "change", production, changes: [{ version, change: { kind: "gate", gate } }] };
    }
    case "measure": {
      const measured = news(entry, wish.measured);
      if (measured === null)
        return { kind: "unchanged", reason: `${version} has these or newer measurements` };
      if (!hasRoom(entry, measured)) return refused(`${version} has too many scores to take more metrics`);
      return { kind: "change", production, changes: [{ version, change: { kind: "measure", measured } }] };
    }
  }
}
