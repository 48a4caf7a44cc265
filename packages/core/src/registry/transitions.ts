import type { Entry, Status, Who } from "./entry.ts";
import type { Policy } from "./head.ts";

type Need = "approval" | "gate" | "reason";

interface Transition {
  readonly from: Status;
  readonly to: Status;
  readonly needs: readonly Need[];
}

/** Every legal move of a version. */
const TRANSITIONS: readonly Transition[] = [
  { from: "candidate", to: "canary", needs: ["approval", "gate"] },
  { from: "canary", to: "production", needs: [] },
  { from: "canary", to: "candidate", needs: ["reason"] },
  { from: "production", to: "retired", needs: [] },
  { from: "retired", to: "candidate", needs: [] },
];

const MISSING: Readonly<Record<Need, (entry: Entry, policy: Policy, who: Who) => string | undefined>> = {
  approval: ({ version, approval }, { requireApproval }) => {
    if (approval?.decision === "rejected")
      return `${version} was rejected by ${approval.by}: ${approval.why}; it can be approved again`;
    return requireApproval && approval === null
      ? `${version} is not approved, and the policy requires it`
      : undefined;
  },
  gate: ({ version, gate }, { requireGate }) => {
    if (!requireGate || gate?.passed === true) return undefined;
    return gate === null
      ? `no gate has passed ${version}, and the policy requires one`
      : `the gate of ${version} failed: ${gate.detail}`;
  },
  reason: ({ version, status }, _policy, { why }) =>
    why === "" ? `taking ${version} back from ${status} needs a reason` : undefined,
};

/** In one line why a version may not move to `to`; undefined when it may. */
export function refusal(entry: Entry, to: Status, policy: Policy, who: Who): string | undefined {
  const { version, status } = entry;
  const legal = TRANSITIONS.filter(({ from }) => from === status);
  const wanted = legal.find((transition) => transition.to === to);
  if (wanted === undefined) {
    const allowed = legal.map((transition) => transition.to).join(" or ");
    return status === to
      ? `${version} is ${status} already; from there it can go to ${allowed}`
      : `${version} is ${status} and cannot become ${to}; from there it can go to ${allowed}`;
  }
  return wanted.needs.map((need) => MISSING[need](entry, policy, who)).find((reason) => reason !== undefined);
}
