import * as z from "zod";

/** Document in the lake bucket that says whether the judge is off its reference. */
export const JUDGE_MOVED_KEY = "sentinel/judge.json";

const movedSchema = z.object({
  moved: z.object({ since: z.number(), shift: z.number() }).nullable(),
});
type JudgeMoved = z.infer<typeof movedSchema>;

export const judgeMovedDocument = (moved: JudgeMoved["moved"]): string => JSON.stringify({ moved });

/** A line for pages about quality while the judge is off its reference; undefined while it is not, or nobody watches. */
export async function judgeMovedLine(
  readDocument: (key: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const text = await readDocument(JUDGE_MOVED_KEY);
  if (text === undefined) return undefined;
  const { moved } = movedSchema.parse(JSON.parse(text));
  if (moved === null) return undefined;
  const shift = `${moved.shift < 0 ? "−" : "+"}${Math.abs(moved.shift).toFixed(3)}`;
  return `the judge itself moved: ${shift} on frozen answers since ${new Date(moved.since).toISOString().slice(0, 10)}; subtract that first`;
}
