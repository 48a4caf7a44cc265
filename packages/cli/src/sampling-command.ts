import { resolve } from "node:path";
import { DeliveryError } from "@bellwether/local/delivery";
import type { ReplaySource } from "@bellwether/local/replay/plan-replay";
import { type Preview, preview } from "@bellwether/local/replay/preview";
import { parseArguments, UsageError } from "./arguments.ts";
import { readable, readConfig, readRollout } from "./input-files.ts";
import { interruptible } from "./interrupt.ts";
import type { Io } from "./output.ts";
import { startProgress } from "./progress.ts";
import { previewDocument } from "./sampling/document.ts";
import { renderPreview } from "./sampling/render-preview.ts";

const OPTIONS = {
  logs: { type: "string" },
  config: { type: "string" },
  feedback: { type: "string" },
  rollout: { type: "string" },
  json: { type: "boolean" },
} as const;

const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");

async function withProgress(source: ReplaySource, io: Io): Promise<Preview> {
  const progress = startProgress("sampling preview", io);
  try {
    return await interruptible((signal) =>
      preview({ ...source, onProgress: (done, at) => progress.update(done, minute(at)), signal }),
    );
  } finally {
    progress.stop();
  }
}

/** `bellwether sampling preview`: how many recorded requests would be judged, why, and what that costs; judges nothing. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("sampling", args, OPTIONS);
  const [name, ...rest] = positionals;
  if (name !== "preview") {
    throw new UsageError(
      `sampling needs the sub-command preview${name === undefined ? "" : `, not "${name}"`}; see \`bellwether help sampling\``,
    );
  }
  if (rest.length > 0) throw new UsageError(`unexpected "${rest[0]}"; see \`bellwether help sampling\``);
  if (values.logs === undefined || values.logs === "")
    throw new UsageError("--logs DIR is missing: the folder with the invocation logs");
  const rollout = await readRollout(values.rollout);
  const config = await readConfig(values.config);
  const feedback = await readable("feedback", values.feedback);
  const source = {
    logs: resolve(values.logs),
    rollout,
    config,
    ...(feedback === undefined ? {} : { feedback }),
  };
  try {
    const found = await withProgress(source, io);
    const given = { feedback: feedback !== undefined, canary: rollout !== null && rollout.canary !== null };
    const document = previewDocument(found, given);
    io.stdout.write(values.json === true ? `${JSON.stringify(document)}\n` : renderPreview(document, io));
    return 0;
  } catch (error) {
    if (error instanceof DeliveryError) throw new UsageError(`--logs: ${error.message}`);
    throw error;
  }
}
