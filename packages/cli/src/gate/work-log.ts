import { closeSync, fdatasyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { canonicalJson, contentHash } from "@bellwether/core/registry/content";
import * as z from "zod";

const lineSchema = z.union([
  z.object({
    key: z.string(),
    kind: z.enum(["answer", "draw"]),
    keep: z.enum(["always", "run"]),
    value: z.unknown(),
  }),
  z.object({ finished: z.string() }),
]);
type Result = Extract<z.infer<typeof lineSchema>, { key: string }>;

/** Results that were paid for, one a line, on disk before anybody uses them; a run that is started again pays for none twice. */
export interface WorkLog {
  /** Results found at the start that may be used again. */
  readonly found: { readonly answers: number; readonly draws: number };
  /** Lines that could not be read; what they held is paid for again. */
  readonly damaged: number;
  get(key: string): unknown;
  put(result: Result): void;
  /** Marks the end of a run: from here on, answers kept for a `run` are not used again. */
  finish(at: Date): void;
  close(): void;
}

/** Key of a result: what it was computed from. */
export const workKey = (parts: unknown): string => contentHash(canonicalJson(parts));

/** Opens FILE, making it when there is none; a last line that was not finished is cut off. */
export function openWorkLog(file: string): WorkLog {
  const { results, damaged } = readWork(file);
  const counts = { answers: 0, draws: 0 };
  for (const { kind } of results.values()) counts[kind === "answer" ? "answers" : "draws"] += 1;
  const handle = openSync(file, "a");
  const append = (line: unknown): void => {
    writeSync(handle, `${JSON.stringify(line)}\n`);
    fdatasyncSync(handle);
  };
  return {
    found: counts,
    damaged,
    get: (key) => results.get(key)?.value,
    put: (result) => {
      append(result);
      results.set(result.key, result);
    },
    finish: (at) => append({ finished: at.toISOString() }),
    close: () => closeSync(handle),
  };
}

function readWork(file: string): { readonly results: Map<string, Result>; readonly damaged: number } {
  const results = new Map<string, Result>();
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { results, damaged: 0 };
    throw error;
  }
  const whole = bytes.lastIndexOf("\n") + 1;
  if (whole < bytes.length) truncateSync(file, whole);
  let damaged = 0;
  for (const text of bytes.subarray(0, whole).toString("utf8").split("\n")) {
    if (text === "") continue;
    const line = readLine(text);
    if (line === undefined) damaged += 1;
    else if ("key" in line) results.set(line.key, line);
    else for (const { key, keep } of [...results.values()]) if (keep === "run") results.delete(key);
  }
  return { results, damaged };
}

function readLine(text: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // counted by the caller
  }
}
