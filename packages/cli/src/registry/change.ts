import { registryTable } from "@bellwether/aws/registry-table";
import { changeVersion } from "@bellwether/core/registry/change-version";
import type { Wish } from "@bellwether/core/registry/decide";
import { type Entry, STATUSES, type Status } from "@bellwether/core/registry/entry";
import type { Policy } from "@bellwether/core/registry/head";
import { readFamily } from "@bellwether/core/registry/read";
import { setPolicy } from "@bellwether/core/registry/set-policy";
import { UsageError } from "../arguments.ts";
import { answer, type Call, find, refuse, required, whoOf } from "./registry.ts";

function outcome(
  { app, kind, version, status, approval }: Entry,
  wish: Wish,
  retired: string | null,
): string {
  const what = `${app}: ${kind} ${version}`;
  if (wish.kind !== "move") return `${what} is ${approval?.decision} by ${approval?.by}\n`;
  return `${what} is ${status}${retired === null ? "" : `, ${retired} is retired`}\n`;
}

async function change(wish: Wish, call: Call): Promise<number> {
  const version = required(call.values, "version", "the version to change");
  const found = await find(call, version);
  if (found.kind === "missing") return refuse(found.reason, call);
  const changed = await changeVersion(found.family, version, wish, whoOf(call.values), registryTable);
  if (changed.kind !== "changed") return refuse(changed.reason, call);
  const { entry, retired } = changed;
  return answer({ entry, retired }, () => outcome(entry, wish, retired), call);
}

/** `registry approve`. */
export const approve = (call: Call): Promise<number> => change({ kind: "approve" }, call);

/** `registry reject`. */
export const reject = (call: Call): Promise<number> => change({ kind: "reject" }, call);

/** `registry promote`: the canary goes to production. */
export const promote = (call: Call): Promise<number> => change({ kind: "move", to: "production" }, call);

/** `registry retire`. */
export const retire = (call: Call): Promise<number> => change({ kind: "move", to: "retired" }, call);

/** `registry transition --to STATUS`. */
export function transition(call: Call): Promise<number> {
  const name = required(call.values, "to", STATUSES.join(", "));
  const to: Status | undefined = STATUSES.find((status) => status === name);
  if (to === undefined) throw new UsageError(`--to ${name} is not one of ${STATUSES.join(", ")}`);
  return change({ kind: "move", to }, call);
}

function yesOrNo(name: "require-approval" | "require-gate", call: Call): boolean | undefined {
  const value = call.values[name];
  if (value === undefined || value === "yes" || value === "no")
    return value === undefined ? undefined : value === "yes";
  throw new UsageError(`--${name} ${value} is neither yes nor no`);
}

/** `registry policy`: shows or sets what a candidate needs before it becomes a canary. */
export async function policy(call: Call): Promise<number> {
  const { app, kind } = call;
  if (kind === undefined) throw new UsageError("--kind is missing: every kind has a policy of its own");
  const requireApproval = yesOrNo("require-approval", call);
  const requireGate = yesOrNo("require-gate", call);
  const print = (now: Policy) =>
    answer(
      { app, kind, policy: now },
      () =>
        `${app}: a ${kind} becomes a canary ${now.requireApproval ? "with approval" : "without approval"} and ${now.requireGate ? "with a passed gate" : "without a gate"}\n`,
      call,
    );
  if (requireApproval === undefined && requireGate === undefined)
    return print((await readFamily({ app, kind }, registryTable)).head.policy);
  const wish = {
    ...(requireApproval === undefined ? {} : { requireApproval }),
    ...(requireGate === undefined ? {} : { requireGate }),
  };
  const set = await setPolicy({ app, kind }, wish, whoOf(call.values), registryTable);
  return set.kind === "refused" ? refuse(set.reason, call) : print(set.policy);
}
