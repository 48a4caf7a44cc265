import type { Message, Part, Prompt } from "./prompt.ts";

interface Template {
  /** Marks where a turn begins; the first group names its role. */
  readonly marker: RegExp;
  /** Control tokens that are no text. */
  readonly noise?: RegExp;
}

/** Chat templates of models that take one string: Llama 3 and 4, ChatML, DeepSeek, Mistral and Llama 2, Claude 2, Titan. */
const TEMPLATES: readonly Template[] = [
  {
    marker: /<\|(?:start_header_id|header_start)\|>\s*(\w+)\s*<\|(?:end_header_id|header_end)\|>/g,
    noise: /<\|(?:begin_of_text|end_of_text|eot_id|eom_id|eot)\|>/g,
  },
  { marker: /<\|im_start\|>(\w+)/g, noise: /<\|im_end\|>/g },
  { marker: /<｜(User|Assistant)｜>/g, noise: /<｜(?:begin|end)▁of▁sentence｜>/g },
  { marker: /(\[INST\]|\[\/INST\])/g, noise: /<\/?s>/g },
  { marker: /(?:^|\n\n)(Human|Assistant):/g },
  { marker: /(?:^|\n)(User|Bot):/g },
];

const ROLES: ReadonlyMap<string, Message["role"] | "tool"> = new Map([
  ["system", "system"],
  ["user", "user"],
  ["human", "user"],
  ["[inst]", "user"],
  ["assistant", "assistant"],
  ["bot", "assistant"],
  ["[/inst]", "assistant"],
  ["ipython", "tool"],
  ["tool", "tool"],
]);

/** Splits a prompt string into turns by the chat template it is written in; a string without one is a single user turn. */
export function parsePromptText(text: string): Prompt {
  for (const template of TEMPLATES) {
    const prompt = applyTemplate(text, template);
    if (prompt !== undefined) return prompt;
  }
  return { system: [], messages: [{ role: "user", parts: [{ kind: "text", text }] }] };
}

function applyTemplate(text: string, { marker, noise }: Template): Prompt | undefined {
  const marks = [...text.matchAll(marker)];
  const roles = marks.map((mark) => ROLES.get((mark[1] ?? "").toLowerCase()));
  const firstUser = roles.indexOf("user");
  // "User:" alone is ordinary writing; a template always goes on to the assistant's turn.
  if (firstUser === -1 || roles.indexOf("assistant", firstUser) === -1) return undefined;
  const clean = (from: number, to: number): string => {
    const segment = text.slice(from, to);
    return (noise === undefined ? segment : segment.replace(noise, "")).trim();
  };
  const system: Part[] = textParts(clean(0, marks[0]?.index ?? 0));
  const messages: Message[] = [];
  marks.forEach((mark, i) => {
    const role = roles[i];
    const whole = clean(mark.index + mark[0].length, marks[i + 1]?.index ?? text.length);
    const { instructions, rest: segment } =
      role === "user" ? splitInstructions(whole) : { instructions: "", rest: whole };
    system.push(...textParts(instructions));
    if (segment === "") return;
    if (role === "system") system.push({ kind: "text", text: segment });
    else if (role === "tool")
      messages.push({ role: "user", parts: [{ kind: "tool_result", text: segment }] });
    else messages.push({ role: role ?? "user", parts: [{ kind: "text", text: segment }] });
  });
  return { system, messages };
}

/** Llama 2 puts its instructions inside the first user turn. */
function splitInstructions(turn: string): { readonly instructions: string; readonly rest: string } {
  const open = turn.indexOf("<<SYS>>");
  const close = turn.indexOf("<</SYS>>", open);
  if (open === -1 || close === -1) return { instructions: "", rest: turn };
  const rest = turn.slice(0, open) + turn.slice(close + "<</SYS>>".length);
  return { instructions: turn.slice(open + "<<SYS>>".length, close).trim(), rest: rest.trim() };
}

function textParts(text: string): Part[] {
  return text === "" ? [] : [{ kind: "text", text }];
}
