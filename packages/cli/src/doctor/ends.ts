import { describeChange } from "./describe-change.ts";
import type { Enabled } from "./enable.ts";

/** The last line of enabling, and its exit code. */
export function describeEnd(ended: Enabled): { readonly code: 0 | 1; readonly text: string } {
  switch (ended.kind) {
    case "blocked":
      return { code: 1, text: "nothing was changed" };
    case "unchanged":
      return { code: 0, text: "everything is as wished; nothing to change" };
    case "declined":
      return { code: 1, text: "nothing was changed" };
    case "failed":
      return {
        code: 1,
        text: `failed after ${ended.made} changes, at "${describeChange(ended.change).title}": ${ended.reason}; run it again to go on from here`,
      };
    case "unverified": {
      const left = [...ended.left.blockers, ...ended.left.changes.map((one) => describeChange(one).title)];
      return { code: 1, text: `changed, but on looking again this is left: ${left.join("; ")}` };
    }
    case "applied":
      return {
        code: 0,
        text: "changed, and looked at again: logs of calls from now on arrive; run bellwether doctor in 15 minutes",
      };
  }
}
