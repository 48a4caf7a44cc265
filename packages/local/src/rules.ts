import { RULES, type RuleTarget } from "@bellwether/core/topology";
import type { EventBridgeRule } from "./endpoints/event-bridge.ts";

/** The rules of the topology with the logs bucket's physical name in the place of `LOGS_BUCKET`. */
export function eventRules(logsBucket: string): EventBridgeRule<RuleTarget>[] {
  return Object.entries(RULES).map(([name, { bus, pattern, target }]) => ({
    name,
    bus,
    target,
    pattern: JSON.parse(JSON.stringify(pattern), (_key, value) =>
      value === "LOGS_BUCKET" ? logsBucket : value,
    ),
  }));
}
