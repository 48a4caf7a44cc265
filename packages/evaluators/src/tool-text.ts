import type { Turn } from "@bellwether/core/records/conversation";
import type { ToolTrail } from "@bellwether/core/records/tool-trail";

/** Tool calls as the judge reads them, in order: `name(input) -> ok | error | pending`. */
export const toolCallsText = ({ calls }: ToolTrail): string[] =>
  calls.map(({ name, input, result }) => `${name}(${JSON.stringify(input) ?? ""}) -> ${result}`);

/** The offered tools, one line each: `name: description; input JSON Schema`; empty when the log names none. */
export const toolsText = ({ tools }: ToolTrail): string =>
  tools
    .map(({ name, description = "", schema }) => {
      const about = description.replace(/\s+/g, " ").trim();
      return `${name}: ${about}${schema === undefined ? "" : `; input ${JSON.stringify(schema)}`}`;
    })
    .join("\n");

/** The turns before the user's last one, `role: text` each; tool results are left out. */
export function historyText(turns: readonly Turn[]): string {
  const asked = turns.findLastIndex(({ role }) => role === "user");
  return turns
    .slice(0, Math.max(0, asked))
    .filter(({ role }) => role === "user" || role === "assistant")
    .map(({ role, text }) => `${role}: ${text}`)
    .join("\n");
}
