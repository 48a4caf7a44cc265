import type { ContextOptions, ContextSource } from "./conversation.ts";
import type { Part, Prompt } from "./prompt.ts";
import { cutOut, findTaggedSpans, splitPassages } from "./tagged-spans.ts";

/** The retrieved context of a request and where it was found; without a source there is none. */
export interface FoundContext {
  readonly contexts: readonly string[];
  readonly source?: ContextSource;
  readonly truncated: boolean;
}

/** Finds context in the order guardContent, tool results, tagged spans, the app's own pattern; within a source, the current turn goes before earlier ones. Throws SyntaxError for an invalid `contextPattern`. */
export function findContext(prompt: Prompt, options: ContextOptions): FoundContext {
  const turns = turnsBackwards(prompt);
  const tagged = findTagged(turns, options.contextTags);
  const sources: readonly (readonly [ContextSource, readonly string[]])[] = [
    ["guard_content", findParts(turns, "grounding")],
    ["tool_result", findParts(turns, "tool_result")],
    ["tagged", tagged.passages],
    ["pattern", patternPassages(prompt, options.contextPattern)],
  ];
  const [source, contexts] = sources.find(([, passages]) => passages.length > 0) ?? [undefined, []];
  const truncated = tagged.cut || contexts.some(endsTruncated);
  return source === undefined ? { contexts, truncated } : { contexts, source, truncated };
}

/** The last user text without tagged context, grounding blocks and pattern passages; a guardContent `query` is the question as it stands. */
export function findQuestion(prompt: Prompt, options: ContextOptions): string | undefined {
  const users = prompt.messages.filter((message) => message.role === "user").toReversed();
  for (const message of users) {
    const query = textsOf(message.parts, "query").join("\n");
    const text =
      query === "" ? stripContext(textsOf(message.parts, "text").join("\n"), options) : query.trim();
    if (text !== "") return text;
  }
  return undefined;
}

/** Whether a passage ends in an explicit marker such as `[truncated]`, `…[truncated` or `[...truncated...]`. */
function endsTruncated(passage: string): boolean {
  return TRUNCATED.test(passage.slice(-120).trimEnd());
}

const TRUNCATED =
  /(?:\[[^[\]]{0,40}\btruncated\b[^[\]]{0,40}\]?|\(truncated\)|<truncated>|(?:…|\.\.\.)\s*truncated\W*)$/i;

type MessageParts = readonly Part[];

/** The messages from the last question on, then those before it back to the question before, and so on; the instructions belong to every turn and come with the first. */
function turnsBackwards({ system, messages }: Prompt): readonly (readonly MessageParts[])[] {
  const turns: MessageParts[][] = [[]];
  for (const { role, parts } of messages) {
    if (role === "assistant") continue;
    // Text beside tool results belongs to the turn that called the tools.
    if (role === "user" && parts.every((part) => part.kind !== "tool_result")) turns.push([]);
    turns.at(-1)?.push(parts);
  }
  const current = turns.pop() ?? [];
  return [[system, ...current], ...turns.toReversed()];
}

/** Texts of one kind in the nearest turn that has any. */
function findParts(turns: readonly (readonly MessageParts[])[], kind: Part["kind"]): readonly string[] {
  for (const turn of turns) {
    const texts = nonBlank(turn.flatMap((parts) => textsOf(parts, kind)));
    if (texts.length > 0) return texts;
  }
  return [];
}

/** Tagged passages in the nearest turn that has any, or where a tag was cut. */
function findTagged(
  turns: readonly (readonly MessageParts[])[],
  tags: readonly string[],
): { readonly passages: readonly string[]; readonly cut: boolean } {
  for (const turn of turns) {
    const spans = turn.flatMap((parts) => findTaggedSpans(textsOf(parts, "text").join("\n"), tags));
    const passages = spans.flatMap((span) => splitPassages(span.inner, tags));
    const cut = spans.some((span) => span.cut);
    if (cut || passages.length > 0) return { passages, cut };
  }
  return { passages: [], cut: false };
}

function nonBlank(texts: readonly string[]): string[] {
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}

function textsOf(parts: MessageParts, kind: Part["kind"]): string[] {
  return parts.filter((part) => part.kind === kind).map((part) => part.text);
}

function lastUserText({ messages }: Prompt): string {
  const last = messages.findLast(
    (message) => message.role === "user" && textsOf(message.parts, "text").length > 0,
  );
  return textsOf(last?.parts ?? [], "text").join("\n");
}

function patternPassages(prompt: Prompt, pattern: string | undefined): string[] {
  if (pattern === undefined) return [];
  const matches = [...lastUserText(prompt).matchAll(new RegExp(pattern, "g"))];
  return nonBlank(matches.flatMap((match) => match[1] ?? []));
}

function stripContext(text: string, { contextTags, contextPattern }: ContextOptions): string {
  const untagged = cutOut(text, findTaggedSpans(text, contextTags));
  return contextPattern === undefined
    ? untagged
    : untagged.replace(new RegExp(contextPattern, "g"), "").trim();
}
