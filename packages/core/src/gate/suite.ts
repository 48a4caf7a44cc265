import * as z from "zod";
import { canonicalJson, contentHash } from "../registry/content.ts";

const pattern = z
  .string()
  .min(1)
  .superRefine((source, context) => {
    try {
      new RegExp(source, "u");
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
    }
  });
const text = z.string().refine((value) => value.trim() !== "", "is empty");
const wanted = z.literal(true).optional();

/** What an answer must be besides good; every key is a metric of its own, scored without the judge. */
const expectedSchema = z.strictObject({
  json_valid: wanted,
  json_schema: z.record(z.string(), z.json()).optional(),
  /** ECMAScript regular expression with the flag `u`. */
  regex: pattern.optional(),
  /** Texts that must all occur, whatever their case. */
  contains: z.union([text.transform((one) => [one]), z.array(text).min(1)]).optional(),
  max_words: z.number().int().min(1).optional(),
  min_chars: z.number().int().min(0).optional(),
  max_chars: z.number().int().min(1).optional(),
  /** Of the answer and `reference`; `loose` forgives case and runs of spaces. */
  exact_match: z.union([z.literal(true), z.literal("loose")]).optional(),
  rouge_l: wanted,
  bleu: wanted,
  semantic_similarity: wanted,
});

const itemSchema = z.strictObject({
  id: text,
  input: text,
  /** Retrieved passages in retrieval order. */
  contexts: z.array(z.string()).default([]),
  /** The right answer, where somebody wrote one. */
  reference: text.optional(),
  expected: expectedSchema.optional(),
  tags: z.array(text).default([]),
  /** Where the item comes from; no part of its content. */
  lineage: z.json().optional(),
});

/** One case of a suite. */
export type SuiteItem = z.infer<typeof itemSchema>;
export type Expected = z.infer<typeof expectedSchema>;

export interface Suite {
  readonly items: readonly SuiteItem[];
  /** SHA-256 of the items in order of their ids, without lineage, hex. */
  readonly hash: string;
  /** Line of every item in the file, from 1. */
  readonly lines: ReadonlyMap<string, number>;
}

/** A suite that cannot be used; `message` is one line `FILE:LINE: reason`. */
export class SuiteError extends Error {
  override readonly name = "SuiteError";
}

/** A line of a golden set that reviews made (`bellwether dataset create`), as far as a suite needs it. */
const goldenSchema = z
  .object({
    id: z.string(),
    question: z.string({ error: "this case was logged without its question, so nothing can be asked again" }),
    contexts: z.array(z.string()),
    reference: z.string().nullable(),
    label: z.number(),
    rootCause: z.string(),
    lineage: z.json(),
  })
  .transform(({ id, question, contexts, reference, rootCause, lineage }) => ({
    id,
    input: question,
    contexts,
    ...(reference === null ? {} : { reference }),
    tags: [rootCause],
    lineage,
  }));

const isGolden = (json: unknown): boolean =>
  typeof json === "object" && json !== null && "rootCause" in json && "label" in json && !("input" in json);

/** Reads a suite's JSON Lines, or those of a golden set; blank lines are skipped. Throws SuiteError. */
export function parseSuite(jsonl: string, file: string): Suite {
  const items: SuiteItem[] = [];
  const lines = new Map<string, number>();
  for (const [index, line] of jsonl
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    if (line.trim() === "") continue;
    const at = `${file}:${index + 1}`;
    const item = readItem(line, at);
    const before = lines.get(item.id);
    if (before !== undefined)
      throw new SuiteError(`${at}: the id ${JSON.stringify(item.id)} is taken by line ${before}`);
    lines.set(item.id, index + 1);
    items.push(item);
  }
  if (items.length === 0) throw new SuiteError(`${file}:1: the suite has no items`);
  return { items, lines, hash: suiteHash(items) };
}

function readItem(line: string, at: string): SuiteItem {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new SuiteError(`${at}: is not JSON`);
  }
  const golden = isGolden(json) ? goldenSchema.safeParse(json) : undefined;
  const parsed = golden?.success === false ? golden : itemSchema.safeParse(golden?.data ?? json);
  if (parsed.success) return itemSchema.parse(parsed.data);
  const [issue] = parsed.error.issues;
  throw new SuiteError(
    `${at}: ${issue?.path.map(String).join(".") || "(item)"}: ${issue?.message ?? "is invalid"}`,
  );
}

/** An item's content as the judge sees it: what decides whether a result may be used again. */
export const itemContent = ({ input, contexts, reference, expected }: SuiteItem) => ({
  input,
  contexts,
  reference: reference ?? null,
  expected: expected ?? null,
});

function suiteHash(items: readonly SuiteItem[]): string {
  const content = items
    .map((item) => ({ id: item.id, tags: item.tags, ...itemContent(item) }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return contentHash(canonicalJson(content));
}

/** `size` items of a larger suite, evenly drawn by a hash of their ids, so that every run draws the same; in the suite's order. */
export function sampleSuite(items: readonly SuiteItem[], size: number | undefined): readonly SuiteItem[] {
  if (size === undefined || items.length <= size) return items;
  const ranked = items.map(({ id }) => ({ id, rank: contentHash(`sample|${id}`) }));
  const chosen = new Set(
    ranked
      .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
      .slice(0, size)
      .map(({ id }) => id),
  );
  return items.filter(({ id }) => chosen.has(id));
}
