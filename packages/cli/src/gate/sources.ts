import { openConverse } from "@bellwether/aws/judge";
import { type Side, sideSchema } from "@bellwether/core/gate/outcome";
import type { PriceBook } from "@bellwether/core/prices/price-book";
import { UsageError } from "../arguments.ts";
import { readText } from "../input-files.ts";
import type { AnswerSource } from "./answer-source.ts";
import { answersFile } from "./answers-file.ts";
import { commandSource } from "./command-source.ts";
import type { GateOptions, SourceChoice } from "./options.ts";
import { promptSource } from "./prompt-source.ts";
import { readPrompt } from "./prompt-version.ts";

/** The source of a side's answers; throws UsageError. */
export async function openSource(
  choice: SourceChoice,
  { retries, commandTimeoutMs }: GateOptions,
  prices: PriceBook,
): Promise<AnswerSource> {
  switch (choice.kind) {
    case "answers":
      return answersFile(await readText("answers", choice.file), choice.file, prices);
    case "command":
      return commandSource(choice.command, { retries, timeoutMs: commandTimeoutMs }, prices);
    case "prompt":
      return promptSource(await readPrompt(choice.prompt, choice.model), openConverse(), prices);
  }
}

/** What the other side is: outcomes that were judged before, or answers that this run judges. */
export type Base =
  | { readonly kind: "stored"; readonly side: Side }
  | { readonly kind: "source"; readonly source: AnswerSource };

/** Opens the base side; stored outcomes of another judge or suite are refused. Throws UsageError. */
export async function openBase(
  choice: SourceChoice,
  run: { readonly judge: Side["judge"]; readonly suiteHash: string },
  options: GateOptions,
  prices: PriceBook,
): Promise<Base> {
  if (choice.kind !== "answers") return { kind: "source", source: await openSource(choice, options, prices) };
  const { file } = choice;
  const text = await readText("baseline", file);
  const stored = storedOutcomes(text);
  if (stored === undefined) return { kind: "source", source: answersFile(text, file, prices) };
  const parsed = sideSchema.safeParse(stored);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`--baseline ${file}: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { judge, suiteHash } = parsed.data;
  if (describeJudge(judge) !== describeJudge(run.judge))
    throw new UsageError(
      `--baseline ${file} was judged by ${describeJudge(judge)}, this run by ${describeJudge(run.judge)}, and their scores do not compare: have its answers judged again`,
    );
  if (suiteHash !== run.suiteHash)
    throw new UsageError(
      `--baseline ${file} is of another suite (${suiteHash.slice(0, 12)}, this one is ${run.suiteHash.slice(0, 12)}): run the base on this suite`,
    );
  return { kind: "stored", side: parsed.data };
}

/** A judge in words, every part of it. */
export const describeJudge = ({ modelId, version, standIn }: Side["judge"]): string =>
  `${standIn ? `the stand-in judge in place of ${modelId}` : modelId} (version ${version})`;

/** The document of an outcomes file; undefined for JSON Lines of answers. */
function storedOutcomes(text: string): object | undefined {
  try {
    const json = JSON.parse(text) as unknown;
    return typeof json === "object" && json !== null && "kind" in json ? json : undefined;
  } catch {
    return undefined; // several lines: answers, which are read line by line
  }
}
