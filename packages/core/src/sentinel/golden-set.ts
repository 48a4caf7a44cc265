import * as z from "zod";

/** Items that are re-judged; more would cost more than they tell (stats B4). */
const MAX_ITEMS = 100;

const itemSchema = z.object({
  id: z.string().min(1),
  question: z.string().nullish(),
  contexts: z.array(z.string()).default([]),
  answer: z.string().min(1),
  reference: z.string().nullish(),
});

/** One frozen case: nothing about it may change while its reference score counts. */
export type GoldenCase = z.infer<typeof itemSchema>;

/** The first 100 cases of a golden set's JSON Lines, by id; throws RangeError with the line for anything else. */
export function readGoldenSet(text: string): GoldenCase[] {
  const items = text.split("\n").flatMap((line, i): GoldenCase[] => {
    if (line.trim() === "") return [];
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      throw new RangeError(`line ${i + 1} of the golden set is not JSON`);
    }
    const parsed = itemSchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new RangeError(`line ${i + 1} of the golden set: ${issue?.path.join(".")}: ${issue?.message}`);
    }
    return [parsed.data];
  });
  if (new Set(items.map(({ id }) => id)).size < items.length)
    throw new RangeError("the golden set names an id twice");
  return items.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, MAX_ITEMS);
}
