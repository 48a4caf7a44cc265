import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { readDocument } from "@bellwether/aws/lake";
import { linesOf } from "@bellwether/aws/log-lines";
import { readLogLines, readOffloadedBody } from "@bellwether/aws/log-objects";
import { readBody } from "@bellwether/aws/offloaded-body";
import type { Config } from "@bellwether/core/config/config";
import { joinPrettyPrinted } from "@bellwether/core/ingest/pretty-printed";
import type { Conversation } from "@bellwether/core/records/conversation";
import type { ReviewTask } from "@bellwether/core/review/task";
import { readText, type TextDeps } from "@bellwether/evaluators/request-text";

/** The texts of a task, or why they cannot be shown. */
export type TaskText =
  | { readonly ok: true; readonly conversation: Conversation }
  | { readonly ok: false; readonly reason: string };

export type ReadTexts = (
  task: Pick<ReviewTask, "requestId" | "sourceKey" | "sourceLine" | "interactionKey">,
) => Promise<TaskText>;

type ReadLine = (key: string, line: number) => Promise<string | undefined>;

const readTexts =
  (readLine: ReadLine, config: Config, deps: TextDeps): ReadTexts =>
  async ({ requestId, sourceKey, sourceLine, interactionKey }) => {
    const request = { requestId, ...(interactionKey === null ? {} : { interactionKey }) };
    return readText(request, await readLine(sourceKey, sourceLine), config, deps);
  };

/** Texts out of the logs bucket of a deployed stage. */
export const stageTexts = (config: Config): ReadTexts =>
  readTexts(async (key, line) => (await readLogLines(key, new Set([line]))).get(line), config, {
    readOffloadedBody,
    readDocument,
  });

/** Texts out of the folder that a replay read (`logs`) and wrote (`out`). */
export function folderTexts(logs: string, out: string, config: Config): ReadTexts {
  const fileOf = (root: string, key: string): string | undefined => {
    const file = resolve(root, key);
    return file.startsWith(resolve(root) + sep) && existsSync(file) ? file : undefined;
  };
  const bytesOf = (file: string): AsyncIterable<Buffer> => createReadStream(file) as AsyncIterable<Buffer>;
  const readLine: ReadLine = async (key, number) => {
    const file = fileOf(logs, key);
    if (file === undefined) return undefined;
    for await (const line of await joinPrettyPrinted(linesOf(bytesOf(file)))) {
      if (line.kind === "line" && line.number === number) return line.bytes.toString("utf8");
    }
    return undefined;
  };
  return readTexts(readLine, config, {
    // A replay resolves the paths of every bucket in its folder.
    readOffloadedBody: async (_bucket, key) => {
      const file = fileOf(logs, key);
      return file === undefined ? { ok: false, reason: "missing" } : readBody(bytesOf(file));
    },
    readDocument: async (key) => {
      const file = fileOf(join(out, "lake"), key);
      return file === undefined ? undefined : readFile(file, "utf8");
    },
  });
}
