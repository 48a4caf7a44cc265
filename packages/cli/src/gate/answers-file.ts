import { basename } from "node:path";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import * as z from "zod";
import { UsageError } from "../arguments.ts";
import { type AnswerSource, answerOf, givenAnswerSchema } from "./answer-source.ts";

const lineSchema = z.strictObject({ id: z.string().min(1), ...givenAnswerSchema.shape });
type Line = z.infer<typeof lineSchema>;

/** Answers that somebody has already: JSON Lines `{id, answer, …}`; throws UsageError with file, line and reason. */
export function answersFile(jsonl: string, file: string, prices: PriceBook): AnswerSource {
  const answers = new Map<string, Line>();
  for (const [index, text] of jsonl
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    if (text.trim() === "") continue;
    const at = `${file}:${index + 1}`;
    const line = readLine(text, at);
    if (answers.has(line.id)) throw new UsageError(`${at}: the id ${JSON.stringify(line.id)} comes twice`);
    answers.set(line.id, line);
  }
  if (answers.size === 0) throw new UsageError(`${file}:1: the file has no answers`);
  return {
    label: basename(file),
    identity: null,
    keep: "never",
    ids: new Set(answers.keys()),
    estimateUsd: () => 0,
    ask: async ({ id }) => {
      const line = answers.get(id);
      if (line === undefined) return { kind: "problem", reason: `${basename(file)} has no answer` };
      const { id: _, ...given } = line;
      if (given.answer.trim() === "") return { kind: "problem", reason: "the answer is empty" };
      return { kind: "answered", answer: answerOf(given, prices, null) };
    },
    close: () => undefined,
  };
}

function readLine(text: string, at: string): Line {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(`${at}: is not JSON`);
  }
  const parsed = lineSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${at}: ${issue?.path.join(".") || "(line)"}: ${issue?.message ?? "is invalid"}`);
}
