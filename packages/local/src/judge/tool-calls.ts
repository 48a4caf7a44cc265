import type { Verdicts } from "@bellwether/evaluators/judge-schema";
import type { PromptSections } from "./prompt-sections.ts";
import { tokenize } from "./tokens.ts";

const CALL = /^([^(]*)\(([\s\S]*)\) -> (ok|error|pending)$/;

/** Verdicts on tool calls by words alone: a tool that was offered, parameters whose values stand in the conversation. */
export function judgeToolCalls(sections: PromptSections): NonNullable<Verdicts["tool_calls"]> {
  const { tools = "", history = "", question = "", passages, toolCalls } = sections;
  const offered = new Set(tools.split("\n").map((line) => line.slice(0, line.indexOf(":"))));
  const known = wordsOf([history, question, ...passages].join("\n"));
  return toolCalls.map((call, position) => {
    const [, name = "", input = ""] = CALL.exec(call) ?? [];
    const values = wordsOf(leafTexts(input).join("\n"));
    return {
      index: position + 1,
      selection: offered.has(name) ? "yes" : "no",
      parameters: [...values].every((word) => known.has(word)) ? "yes" : "no",
    };
  });
}

/** Values in a JSON text; text that is no JSON is one value. */
function leafTexts(input: string): string[] {
  try {
    return leaves(JSON.parse(input) as unknown);
  } catch {
    return [input];
  }
}

function leaves(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}

const wordsOf = (text: string): Set<string> =>
  new Set(
    tokenize(text).flatMap((token) =>
      token.kind === "stop" ? [] : [token.kind === "quantity" ? String(token.quantity.value) : token.key],
    ),
  );
