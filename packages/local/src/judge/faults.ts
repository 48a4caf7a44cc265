import { readSections } from "./prompt-sections.ts";
import { respond, standInJudge } from "./stand-in.ts";

/** Ways in which a judge's answer can be unusable although the call succeeds. */
export type JudgeFault = "malformed" | "no_tool" | "refusal" | "unknown_enum" | "out_of_range" | "max_tokens";

/** The Converse response body of a judge that misbehaves in the given way on this request body. */
export function misbehave(fault: JudgeFault, requestBody: unknown): unknown {
  const sections = readSections(requestBody);
  const chars = sections?.chars ?? 0;
  const call = (input: unknown) =>
    respond(
      [{ toolUse: { toolUseId: "tooluse_fault", name: sections?.toolName ?? "unknown", input } }],
      "tool_use",
      chars,
    );
  switch (fault) {
    case "malformed":
      return call({ claims: "all supported", chunks: [{ index: "first" }], noncommittal: "maybe" });
    case "no_tool":
      return respond([{ text: "The answer looks well grounded to me: 9/10." }], "end_turn", chars);
    case "refusal":
      return respond([{ text: "I'm sorry, but I can't evaluate this content." }], "end_turn", chars);
    case "unknown_enum":
      return call({ ...usable(sections?.passages.length ?? 0), addresses_question: "mostly" });
    case "out_of_range":
      return call({ ...usable(0), chunks: [{ index: (sections?.passages.length ?? 0) + 1, useful: "yes" }] });
    case "max_tokens":
      return { ...Object(standInJudge(requestBody)), stopReason: "max_tokens" };
  }
}

function usable(passages: number): object {
  return {
    claims: [],
    chunks: Array.from({ length: passages }, (_, position) => ({ index: position + 1, useful: "yes" })),
    questions: [],
    noncommittal: false,
    addresses_question: "yes",
    safety: { category: "none", flagged: false },
  };
}
