import type { SuiteItem } from "@bellwether/core/gate/suite";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import { type AnswerSource, type Asked, answerOf, givenAnswerSchema } from "./answer-source.ts";
import { runCommand } from "./run-command.ts";

export interface CommandOptions {
  readonly timeoutMs: number;
  /** Runs after the first that a failing item gets. */
  readonly retries: number;
}

/** What a command is told of an item; the right answer is not among it. */
const told = ({ id, input, contexts, tags }: SuiteItem): string =>
  `${JSON.stringify({ id, input, contexts, tags })}\n`;

/** Answers by a shell command per item: the item as JSON on stdin, text or `{answer, …}` on stdout. */
export function commandSource(command: string, options: CommandOptions, prices: PriceBook): AnswerSource {
  return {
    label: command,
    identity: { command },
    keep: "run",
    estimateUsd: () => null,
    ask: async (item, signal) => {
      for (let run = 0; ; run++) {
        const asked = await askOnce(command, item, { timeoutMs: options.timeoutMs, signal }, prices);
        if (asked.kind !== "problem" || run >= options.retries || signal.aborted) return asked;
      }
    },
    close: () => undefined,
  };
}

async function askOnce(
  command: string,
  item: SuiteItem,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
  prices: PriceBook,
): Promise<Asked> {
  const ended = await runCommand(command, told(item), limits);
  if (ended.kind === "stopped") return { kind: "unavailable", reason: "stopped", final: true };
  if (ended.kind === "failed") return { kind: "problem", reason: `the command failed: ${ended.reason}` };
  const ms = Math.round(ended.ms);
  const text = ended.stdout.trim();
  if (text === "") return { kind: "problem", reason: "the command wrote no answer" };
  const json = objectWithAnswer(text);
  if (json === undefined) return { kind: "answered", answer: answerOf({ answer: text }, prices, ms) };
  const given = givenAnswerSchema.safeParse(json);
  if (!given.success) {
    const [issue] = given.error.issues;
    return { kind: "problem", reason: `the command's JSON: ${issue?.path.join(".")}: ${issue?.message}` };
  }
  if (given.data.answer.trim() === "") return { kind: "problem", reason: "the command's answer is empty" };
  return { kind: "answered", answer: answerOf(given.data, prices, ms) };
}

/** A JSON object is an answer with its figures when it has `answer`; any other JSON is the answer itself. */
function objectWithAnswer(text: string): object | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const json = JSON.parse(text) as unknown;
    return typeof json === "object" && json !== null && "answer" in json ? json : undefined;
  } catch {
    return undefined; // text that begins with a brace
  }
}
