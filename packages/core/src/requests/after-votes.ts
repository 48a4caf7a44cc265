import type { Config } from "../config/config.ts";
import { type KappaRow, kappaAt } from "../sampling/kappa.ts";
import { decideAgain, type RequestDecision } from "./decision.ts";
import { eventTime, type KnownRequest } from "./request-item.ts";

/**
 * How the negative votes of a request change its decision; `undefined` when nothing changes. Each of them counts, and the
 * largest pi stands, so that the order in which votes arrive does not matter.
 */
export async function afterVotes(
  { negativeAt = [] }: KnownRequest,
  config: Config,
  deps: { readonly kappaRows: (from: number, until: number) => Promise<readonly KappaRow[]> },
): Promise<(current: KnownRequest) => RequestDecision | undefined> {
  const [first, last] = [negativeAt.at(0), negativeAt.at(-1)];
  if (first === undefined || last === undefined) return () => undefined;
  const { sampling } = config;
  const rows = sampling.preset === "fixed" ? [] : await deps.kappaRows(first, last);
  return (current) => {
    const requestAt = eventTime(current);
    let { decision } = current;
    for (const feedbackAt of negativeAt) {
      const kappa = kappaAt(rows, feedbackAt, sampling);
      decision = decideAgain(decision, { requestAt, feedbackAt }, config, kappa) ?? decision;
    }
    return decision === current.decision ? undefined : decision;
  };
}
