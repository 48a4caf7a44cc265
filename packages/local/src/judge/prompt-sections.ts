/** What the stand-in reads out of a judge prompt, in the way a model would: by header, delimiter and section names. */
export interface PromptSections {
  readonly toolName: string;
  readonly question: string | undefined;
  readonly passages: readonly string[];
  readonly reference: string | undefined;
  readonly answer: string;
  readonly tools: string | undefined;
  readonly history: string | undefined;
  readonly toolCalls: readonly string[];
  readonly criteria: readonly string[];
  readonly chars: number;
}

/** The sections of a Converse request body, or undefined when it is no judge prompt with a forced tool. */
export function readSections(requestBody: unknown): PromptSections | undefined {
  const { system, messages, toolConfig } = record(requestBody);
  const toolName = record(record(record(toolConfig).toolChoice).tool).name;
  if (typeof toolName !== "string") return undefined;
  const text = texts(record(list(messages)[0]).content).join("");
  const delimiter = /^Delimiter: ([A-Za-z0-9]+)$/m.exec(text)?.[1];
  if (delimiter === undefined) return undefined;
  const section = (name: string) => sectionText(text, delimiter, name);
  const answer = section("answer");
  if (answer === undefined) return undefined;
  const numbered = (name: string): string[] => {
    const found: string[] = [];
    for (let next = section(`${name} 1`); next !== undefined; next = section(`${name} ${found.length + 1}`)) {
      found.push(next);
    }
    return found;
  };
  return {
    toolName,
    question: section("question"),
    passages: numbered("passage"),
    reference: section("reference"),
    answer,
    tools: section("tools"),
    history: section("history"),
    toolCalls: numbered("tool call"),
    criteria: texts(system).flatMap(criterionIds),
    chars: requestChars(system, messages, toolConfig),
  };
}

function sectionText(text: string, delimiter: string, name: string): string | undefined {
  const open = `<${delimiter} ${name}>\n`;
  const start = text.indexOf(open);
  const end = text.indexOf(`\n</${delimiter} ${name}>`, start);
  return start < 0 || end < 0 ? undefined : text.slice(start + open.length, end);
}

function criterionIds(block: string): string[] {
  if (!block.startsWith("# Criteria\n")) return [];
  return [...block.matchAll(/^([a-z][a-z0-9_]*): /gm)].map((match) => match[1] ?? "");
}

function requestChars(...parts: readonly unknown[]): number {
  return parts.reduce((sum: number, part) => sum + (JSON.stringify(part) ?? "").length, 0);
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const texts = (blocks: unknown): string[] =>
  list(blocks).flatMap((block) => {
    const { text } = record(block);
    return typeof text === "string" ? [text] : [];
  });
