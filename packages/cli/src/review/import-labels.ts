import { readFile } from "node:fs/promises";
import { type Label, labelSchema } from "@bellwether/core/review/label";
import { UsageError } from "../arguments.ts";
import { saveLabels } from "./save-labels.ts";
import type { ReviewStore } from "./store.ts";

export interface Imported {
  /** Lines with a label. */
  readonly read: number;
  readonly kept: number;
  /** Labels of requests that nobody was asked about; they are not kept, since how they were chosen is not known. */
  readonly unknown: number;
}

async function readLabels(file: string, now: number): Promise<Label[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new UsageError(`--labels ${file} cannot be read (${code})`);
  }
  return text.split("\n").flatMap((line, i): Label[] => {
    if (line.trim() === "") return [];
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      throw new UsageError(`--labels ${file}:${i + 1} is not JSON`);
    }
    const parsed = labelSchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new UsageError(
        `--labels ${file}:${i + 1}: ${issue?.path.join(".") || "(line)"}: ${issue?.message}`,
      );
    }
    const { comment, correction, at, ...label } = parsed.data;
    return [
      {
        ...label,
        ...(comment === undefined ? {} : { comment }),
        ...(correction === undefined ? {} : { correction }),
        at: at === undefined ? now : Date.parse(at),
      },
    ];
  });
}

/** Keeps the labels of a JSON Lines file; of one person's several on a request the last one stands. Throws UsageError for a line that is none. */
export async function importLabels(store: ReviewStore, file: string, now: number): Promise<Imported> {
  const labels = await readLabels(file, now);
  const tasks = new Map((await store.tasks()).map((task) => [task.requestId, task]));
  const last = new Map<string, Label>();
  for (const label of labels) {
    const id = JSON.stringify([label.requestId, label.metric, label.reviewer]);
    const before = last.get(id);
    if (before === undefined || before.at <= label.at) last.set(id, label);
  }
  const known = [...last.values()].filter(({ requestId }) => tasks.has(requestId));
  await saveLabels(store, tasks, known);
  return {
    read: labels.length,
    kept: known.length,
    unknown: labels.filter(({ requestId }) => !tasks.has(requestId)).length,
  };
}
