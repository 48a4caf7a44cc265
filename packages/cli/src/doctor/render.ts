import type { Io } from "../output.ts";
import type { Plan } from "./change.ts";
import type { Check } from "./check.ts";
import { describeChange } from "./describe-change.ts";

const WORDS = { ok: "ok", problem: "PROBLEM", unknown: "unknown" } as const;

/** Checks as lines, what to do below each that is not well, and a last line that counts them. */
export function renderChecks(checks: readonly Check[], { color }: Pick<Io, "color">): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const paint = { ok: color.green, problem: color.red, unknown: color.yellow };
  const lines = checks.flatMap(({ name, status, detail, todo }) => [
    `${paint[status](WORDS[status].padEnd(7))}  ${name.padEnd(width)}  ${detail}`,
    ...(todo === undefined ? [] : [`${" ".repeat(width + 11)}→ ${todo}`]),
  ]);
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  return `${lines.join("\n")}\n\n${count("ok")} ok, ${count("problem")} problems, ${count("unknown")} unknown (not looked at: neither well nor ill)\n`;
}

/** A plan as people read it before they say yes. */
export function renderPlan({ changes, blockers, notes }: Plan): string {
  const lines = [
    ...notes.map((note) => `note: ${note}`),
    ...changes.map((change, i) => {
      const { title, diff } = describeChange(change);
      return diff === "" ? `${i + 1}. ${title}` : `${i + 1}. ${title}\n${diff.trimEnd()}`;
    }),
    ...blockers.map((blocker) => `cannot go on: ${blocker}`),
  ];
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** The same as JSON. */
export const planDocument = ({ changes, blockers, notes }: Plan) => ({
  changes: changes.map((change) => ({ kind: change.kind, ...describeChange(change) })),
  blockers,
  notes,
});
