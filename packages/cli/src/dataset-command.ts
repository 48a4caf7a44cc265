import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeDocument } from "@bellwether/aws/lake";
import { parseConfig } from "@bellwether/core/config/config";
import { goldenKey, goldenLines } from "@bellwether/core/review/dataset";
import { parseArguments, UsageError } from "./arguments.ts";
import { reviewedAnswers } from "./dataset/reviewed-answers.ts";
import { versionOf } from "./dataset/version.ts";
import { readConfig } from "./input-files.ts";
import { lakeFolder, withAthena, withLake } from "./lake-query.ts";
import type { Io } from "./output.ts";
import { folderTexts, stageTexts } from "./review/texts.ts";

const OPTIONS = {
  from: { type: "string" },
  name: { type: "string" },
  app: { type: "string" },
  all: { type: "boolean" },
  out: { type: "string" },
  logs: { type: "string" },
  config: { type: "string" },
  workgroup: { type: "string" },
  database: { type: "string" },
  json: { type: "boolean" },
} as const;
type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>["values"];

/** Where the lake is, where the texts are, and how a file is kept. */
function sourceOf({ out, logs, workgroup, database }: Values, config: ReturnType<typeof parseConfig>) {
  if (out === undefined) {
    const missing = ["LOGS_BUCKET", "LAKE_BUCKET"].find((name) => !process.env[name]);
    if (missing !== undefined)
      throw new UsageError(
        `--out DIR is missing, and so is environment variable ${missing} of a deployed stage`,
      );
    const names = { ...(workgroup && { workGroup: workgroup }), ...(database && { database }) };
    return {
      texts: stageTexts(config),
      query: <T>(use: Parameters<typeof withAthena<T>>[1]) => withAthena(names, use),
      keep: (key: string, text: string) => writeDocument(key, text, "application/jsonl"),
    };
  }
  if (logs === undefined)
    throw new UsageError("--logs DIR is missing: the folder the replay read, where the texts are");
  const dir = lakeFolder(out);
  return {
    texts: folderTexts(logs, out, config),
    query: <T>(use: Parameters<typeof withLake<T>>[1]) => withLake({ out }, use),
    keep: async (key: string, text: string) => {
      const file = join(dir, key);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    },
  };
}

/** `bellwether dataset create`: reviewed failures, or all reviewed answers, as a versioned golden set; the same reviews give the same bytes. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("dataset", args, OPTIONS);
  const { name, app } = values;
  if (positionals.length !== 1 || positionals[0] !== "create")
    throw new UsageError("dataset needs the sub-command create; see `bellwether help dataset`");
  if (values.from !== undefined && values.from !== "reviews")
    throw new UsageError(`--from ${values.from}: data sets are made from reviews`);
  if (name === undefined) throw new UsageError("--name NAME is missing: what the data set is called");
  try {
    goldenKey(name, "0");
  } catch (error) {
    throw new UsageError(`--name: ${(error as Error).message}`);
  }
  const { texts, query, keep } = sourceOf(values, parseConfig(await readConfig(values.config)));
  const { items, unreadable } = await query((runSql) =>
    reviewedAnswers(runSql, texts, { app, all: values.all === true }),
  );
  const lines = goldenLines(items);
  const version = versionOf(lines);
  const key = goldenKey(name, version);
  if (items.length > 0) await keep(key, lines);
  const document = { name, version, key: items.length > 0 ? key : null, items: items.length, unreadable };
  io.stdout.write(
    values.json === true
      ? `${JSON.stringify(document)}\n`
      : items.length > 0
        ? `${items.length} reviewed ${values.all === true ? "answers" : "failures"} as ${key}${unreadable > 0 ? `; ${unreadable} left out, their texts are gone` : ""}\n`
        : "nothing of the kind was reviewed: nothing written\n",
  );
  return 0;
}
