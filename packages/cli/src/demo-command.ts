import { resolve } from "node:path";
import { playStory } from "@bellwether/local/demo/play-story";
import { storyOf } from "@bellwether/local/demo/story";
import { parseArguments, UsageError } from "./arguments.ts";
import { demoDocument } from "./demo/document.ts";
import { renderDemo } from "./demo/render-demo.ts";
import type { Io } from "./output.ts";
import { runInto, writeReport } from "./report/run-into.ts";
import { ROLLBACK_POLICY_FILE } from "./rollback-policy-file.ts";

const OPTIONS = {
  out: { type: "string", default: "bellwether-out" },
  requests: { type: "string", default: "20800" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean" },
} as const;

/** Fewer cannot show anything, more do not fit into memory. */
const REQUESTS = [500, 200_000] as const;
const LARGEST_SEED = 2 ** 32 - 1;

/** `bellwether demo`: plays the day and tells it; exit code 1 when the story did not end as told. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("demo", args, OPTIONS);
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help demo\``);
  const requests = whole("requests", values.requests, ...REQUESTS);
  const story = storyOf(whole("seed", values.seed, 0, LARGEST_SEED), requests);
  const out = resolve(values.out);
  const { run, lake, summary } = await runInto({ name: "demo", out, io }, (context) =>
    playStory({ story, rollbackPolicyFile: ROLLBACK_POLICY_FILE, ...context }),
  );
  try {
    const demo = await demoDocument(lake, story, run, summary);
    const document = { ...summary, demo };
    await writeReport(out, document);
    io.stdout.write(
      values.json === true
        ? `${JSON.stringify(document)}\n`
        : renderDemo({ summary, demo, story, out: values.out }, io),
    );
    const failed = demo.checks.filter(({ ok }) => !ok);
    if (failed.length === 0) return 0;
    const parts = failed.map(({ name, detail }) => `${name} (${detail})`);
    io.stderr.write(`bellwether: the story did not end as told: ${parts.join("; ")}\n`);
    return 1;
  } finally {
    lake.close();
  }
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${option} ${text} is not a whole number from ${least} to ${most}`);
}
