import { whyNot } from "./answer.ts";
import { apply, type Sleep } from "./apply.ts";
import type { Change, Plan } from "./change.ts";
import type { Clients } from "./clients.ts";
import { planLogging, type Wish } from "./plan-logging.ts";
import { type LoggingTarget, readLoggingState } from "./read-logging.ts";

/** How enabling ended. */
export type Enabled =
  | { readonly kind: "blocked" }
  | { readonly kind: "unchanged" }
  | { readonly kind: "declined" }
  | { readonly kind: "failed"; readonly change: Change; readonly reason: string; readonly made: number }
  | { readonly kind: "unverified"; readonly left: Plan }
  | { readonly kind: "applied" };

interface Ways {
  /** Shows the plan and says whether to go on; asked only when there is something to change. */
  readonly confirm: (plan: Plan) => Promise<boolean>;
  readonly applied: (change: Change) => void;
  readonly sleep: Sleep;
}

/** Plans, asks, changes and looks again. The same wish on the state it has made changes nothing. */
export async function enableLogging(
  clients: Clients,
  target: LoggingTarget,
  wish: Wish,
  ways: Ways,
): Promise<{ readonly plan: Plan; readonly ended: Enabled }> {
  const plan = planLogging(wish, await readLoggingState(clients, target));
  if (plan.blockers.length > 0) return { plan, ended: { kind: "blocked" } };
  if (plan.changes.length === 0) return { plan, ended: { kind: "unchanged" } };
  if (!(await ways.confirm(plan))) return { plan, ended: { kind: "declined" } };
  for (const [made, change] of plan.changes.entries()) {
    const answer = await apply(change, clients, ways.sleep);
    if (answer.kind !== "known")
      return { plan, ended: { kind: "failed", change, reason: whyNot(answer), made } };
    ways.applied(change);
  }
  const left = planLogging(wish, await readLoggingState(clients, target));
  const done = left.changes.length === 0 && left.blockers.length === 0;
  return { plan, ended: done ? { kind: "applied" } : { kind: "unverified", left } };
}
