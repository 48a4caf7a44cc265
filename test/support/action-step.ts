import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

const ACTION = resolve(".github/actions/gate");

interface Ended {
  readonly code: number | null;
  readonly log: string;
  /** What later steps read. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Of the job. */
  readonly summary: string;
}

/** Runs a file of the gate's action as a runner does, with its files and `event`, and no variable of this process but PATH. */
export async function runStep(
  file: string,
  env: Readonly<Record<string, string>>,
  { event = {}, cwd = process.cwd() }: { readonly event?: unknown; readonly cwd?: string } = {},
): Promise<Ended> {
  const dir = mkdtempSync(join(tmpdir(), "action-step-"));
  const [output, summary, payload] = ["output", "summary", "event.json"].map((name) => join(dir, name));
  if (output === undefined || summary === undefined || payload === undefined) throw new Error("no files");
  writeFileSync(payload, JSON.stringify(event));
  const command = file.endsWith(".sh") ? "bash" : process.execPath;
  const child = spawn(command, [join(ACTION, file)], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: dir,
      RUNNER_TEMP: dir,
      ACTION_FOLDER: ACTION,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_EVENT_PATH: payload,
      ...env,
    },
  });
  const code = new Promise<number | null>((done) => child.once("exit", done));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
  return { code: await code, log: stdout + stderr, outputs: outputsIn(read(output)), summary: read(summary) };
}

/** `name<<END`, lines, `END`: how a runner reads a step's outputs. */
function outputsIn(file: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name, , value] of file.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm))
    if (name !== undefined && value !== undefined) found[name] = value;
  return found;
}
