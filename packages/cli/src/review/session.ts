import type { OpenTask } from "@bellwether/core/review/assign";
import { type Label, LEVELS } from "@bellwether/core/review/label";
import type { ReviewTask } from "@bellwether/core/review/task";
import type { Io } from "../output.ts";
import type { ReadTexts, TaskText } from "./texts.ts";

/** A keyboard; `key` resolves with one key, `line` with a line that ends in Enter. */
export interface Keyboard {
  readonly key: () => Promise<string>;
  readonly line: (prompt: string) => Promise<string>;
}

export interface SessionEnd {
  readonly labelled: number;
  readonly skipped: number;
  readonly left: number;
}

interface SessionOptions {
  readonly reviewer: string;
  readonly metric: string;
  readonly now: () => number;
  readonly texts: ReadTexts;
  readonly keep: (task: ReviewTask, label: Label) => Promise<void>;
}

/** Logged text may not drive the terminal; lines stay. */
const harmless = (text: string): string => text.replace(/[^\P{C}\n\t]/gu, " ");

function shown(text: TaskText, { color }: Io): string {
  if (!text.ok) return `(the text cannot be shown: ${text.reason})`;
  const { question, contexts, answer, contextTruncated } = text.conversation;
  const passages = contexts.map((passage, i) => `${color.bold(`Passage ${i + 1}`)}\n${harmless(passage)}`);
  return [
    color.bold("Question"),
    harmless(question ?? "–"),
    ...(passages.length > 0 ? ["", ...passages] : ["", color.dim("no passages in the log")]),
    ...(contextTruncated ? [color.dim("(the passages were cut in the log)")] : []),
    "",
    color.bold("Answer"),
    harmless(answer ?? "–"),
  ].join("\n");
}

const HELP = `${LEVELS.map(({ name }, i) => `${i + 1} ${name}`).join(" · ")} · c comment · r right answer · s skip · q quit`;

/** Shows open tasks one after the other, never the judge's score, and keeps what is typed; ends with the tasks or with `q`. */
export async function reviewSession(
  open: readonly OpenTask[],
  { reviewer, metric, now, texts, keep }: SessionOptions,
  keyboard: Keyboard,
  io: Io,
): Promise<SessionEnd> {
  let [labelled, skipped] = [0, 0];
  for (const [i, { task }] of open.entries()) {
    io.stdout.write(
      `\n${io.color.dim(`${i + 1} of ${open.length} · ${task.app} · ${new Date(task.at).toISOString()}`)}\n`,
    );
    io.stdout.write(`${shown(await texts(task), io)}\n\n${io.color.dim(HELP)}\n`);
    let note: Pick<Label, "comment" | "correction"> = {};
    const given = async (label: number | null): Promise<void> =>
      keep(task, { requestId: task.requestId, metric, reviewer, label, ...note, at: now() });
    for (let done = false; !done; ) {
      const key = await keyboard.key();
      const chosen = LEVELS[Number(key) - 1];
      if (chosen !== undefined) {
        await given(chosen.label);
        io.stdout.write(`${chosen.name}\n`);
        labelled += 1;
        done = true;
      } else if (key === "s") {
        await given(null);
        skipped += 1;
        done = true;
      } else if (key === "c") note = { ...note, comment: await keyboard.line("comment: ") };
      else if (key === "r") note = { ...note, correction: await keyboard.line("right answer: ") };
      else if (key === "q" || key === "\u0003" || key === "") {
        return { labelled, skipped, left: open.length - i };
      }
    }
  }
  return { labelled, skipped, left: 0 };
}
