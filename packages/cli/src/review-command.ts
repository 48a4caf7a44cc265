import { type Config, parseConfig } from "@bellwether/core/config/config";
import { type OpenTask, openTasks } from "@bellwether/core/review/assign";
import { parseArguments, UsageError } from "./arguments.ts";
import { readConfig } from "./input-files.ts";
import type { Io } from "./output.ts";
import { folderStore } from "./review/folder-store.ts";
import { importLabels } from "./review/import-labels.ts";
import { keyboardOf } from "./review/keyboard.ts";
import { renderAgreement } from "./review/render-agreement.ts";
import { saveLabels } from "./review/save-labels.ts";
import { reviewSession } from "./review/session.ts";
import { settleReviews } from "./review/settle.ts";
import { stageStore } from "./review/stage-store.ts";
import type { ReviewStore } from "./review/store.ts";
import { folderTexts, stageTexts } from "./review/texts.ts";

const OPTIONS = {
  out: { type: "string" },
  logs: { type: "string" },
  app: { type: "string" },
  config: { type: "string" },
  labels: { type: "string" },
  metric: { type: "string" },
  reviewer: { type: "string" },
  workgroup: { type: "string" },
  database: { type: "string" },
  json: { type: "boolean" },
} as const;
type Values = ReturnType<typeof parseArguments<typeof OPTIONS>>["values"];

function storeOf({ out, app, workgroup, database }: Values): ReviewStore {
  if (out !== undefined) return folderStore(out, app);
  const names = {
    ...(workgroup === undefined ? {} : { workGroup: workgroup }),
    ...(database === undefined ? {} : { database }),
  };
  return stageStore(app, names, Date.now());
}

const reviewerOf = ({ reviewer = process.env.USER ?? "" }: Values): string => {
  if (reviewer === "") throw new UsageError("--reviewer NAME is missing: whose labels these are");
  return reviewer;
};

const listed = ({ task: { requestId, app, at, reasons }, need }: OpenTask) => ({
  requestId,
  app,
  at: new Date(at).toISOString(),
  reasons,
  need,
});

async function label(values: Values, store: ReviewStore, config: Config, io: Io): Promise<number> {
  const { metric = "quality", out, logs } = values;
  const reviewer = reviewerOf(values);
  const tasks = await store.tasks();
  const labels = await store.labels();
  const open = openTasks(tasks, labels, { reviewer, metric, margin: config.review.margin });
  const labelled = new Set(labels.filter((one) => one.label !== null).map(({ requestId }) => requestId)).size;
  if (values.json === true) {
    const counts = { tasks: tasks.length, labelled, open: open.length };
    io.stdout.write(`${JSON.stringify({ reviewer, metric, ...counts, queue: open.map(listed) })}\n`);
    return 0;
  }
  if (open.length === 0) {
    io.stdout.write(`nothing waits for ${reviewer}: ${tasks.length} tasks, ${labelled} labelled\n`);
    return 0;
  }
  if (out !== undefined && logs === undefined)
    throw new UsageError("--logs DIR is missing: the folder the replay read, where the texts are");
  const texts = out === undefined || logs === undefined ? stageTexts(config) : folderTexts(logs, out, config);
  const byId = new Map(tasks.map((task) => [task.requestId, task]));
  const keyboard = keyboardOf(process.stdin, process.stderr);
  try {
    const keep = (_: unknown, one: Parameters<typeof saveLabels>[2][number]): Promise<void> =>
      saveLabels(store, byId, [one]);
    const end = await reviewSession(open, { reviewer, metric, now: Date.now, texts, keep }, keyboard, io);
    if (end.labelled > 0) await settleReviews(store, config.review);
    io.stdout.write(`\n${end.labelled} labelled, ${end.skipped} skipped, ${end.left} left\n`);
    return 0;
  } finally {
    keyboard.close();
  }
}

/** `bellwether review`: people label judged answers blind; `review agreement` says how far the judge can be trusted. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("review", args, OPTIONS);
  const [name, ...more] = positionals;
  if ((name !== undefined && name !== "agreement") || more.length > 0)
    throw new UsageError(`unexpected "${more[0] ?? name}"; see \`bellwether help review\``);
  const config = parseConfig(await readConfig(values.config));
  const store = storeOf(values);
  if (name === undefined && values.labels === undefined) return label(values, store, config, io);
  const imported =
    values.labels === undefined ? undefined : await importLabels(store, values.labels, Date.now());
  const agreement = await settleReviews(store, config.review);
  if (values.json === true) {
    io.stdout.write(`${JSON.stringify({ ...(imported && { imported }), agreement })}\n`);
    return 0;
  }
  if (imported !== undefined) {
    const { read, kept, unknown } = imported;
    io.stdout.write(
      `${read} labels read, ${kept} kept, ${unknown} of requests that nobody was asked about\n`,
    );
  }
  io.stdout.write(renderAgreement(agreement, io));
  return 0;
}
