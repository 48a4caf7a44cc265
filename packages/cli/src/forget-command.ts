import type { ForgetDeps } from "@bellwether/core/forget/deps";
import { forgetPerson } from "@bellwether/core/forget/forget-person";
import { parseArguments, UsageError } from "./arguments.ts";
import { withFolders, withStagePlaces } from "./forget/places.ts";
import { type ForgetDocument, renderForget } from "./forget/render.ts";
import { forgetInReport } from "./forget/report-file.ts";
import type { Io } from "./output.ts";
import { keyboardOf } from "./review/keyboard.ts";

const OPTIONS = {
  user: { type: "string" },
  app: { type: "string" },
  out: { type: "string" },
  logs: { type: "string" },
  workgroup: { type: "string" },
  database: { type: "string" },
  "dry-run": { type: "boolean" },
  yes: { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** Only the id itself, typed again, is a yes. */
async function isConfirmed(user: string, io: Io): Promise<boolean> {
  const keyboard = keyboardOf(process.stdin, io.stderr);
  try {
    return (await keyboard.line(`this cannot be undone; type ${user} to go on: `)).trim() === user;
  } finally {
    keyboard.close();
  }
}

/** `bellwether forget`: removes what the lake, the logs and the tables hold of a person, and says what it could not. */
export async function run(args: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments("forget", args, OPTIONS);
  const { user, app, out, logs } = values;
  if (positionals.length > 0)
    throw new UsageError(`unexpected "${positionals[0]}"; see \`bellwether help forget\``);
  if (user === undefined || user === "") throw new UsageError("--user ID is missing: who is to be forgotten");
  if (out === undefined && logs !== undefined)
    throw new UsageError("--logs DIR goes with --out DIR; a stage has its own logs bucket");
  const json = values.json === true;
  const asks = values["dry-run"] !== true && values.yes !== true;
  if (asks && (json || process.stdin.isTTY !== true))
    throw new UsageError(
      "--yes is missing: what is forgotten cannot be brought back (--dry-run shows it first)",
    );
  const person = { user, ...(app === undefined ? {} : { app }) };

  const forget = async (dryRun: boolean, deps: ForgetDeps): Promise<ForgetDocument> => {
    const forgotten = await forgetPerson(person, { dryRun }, deps);
    // The report sums over apps.
    const report = out !== undefined && app === undefined && (await forgetInReport(out, user, dryRun));
    return { user, app: app ?? null, dryRun, ...forgotten, report };
  };
  const work = async (deps: ForgetDeps): Promise<ForgetDocument> => {
    if (!asks) return forget(values["dry-run"] === true, deps);
    const preview = await forget(true, deps);
    io.stdout.write(renderForget(preview));
    return (await isConfirmed(user, io)) ? forget(false, deps) : preview;
  };
  const onProgress = (what: string): void => void (io.isTty && io.stderr.write(`\r\u001b[K${what}`));
  const { workgroup: workGroup, database } = values;
  const names = { ...(workGroup && { workGroup }), ...(database && { database }) };
  const document =
    out === undefined
      ? await withStagePlaces(names, onProgress, work)
      : await withFolders(out, logs, onProgress, work);
  if (io.isTty) io.stderr.write("\r\u001b[K");
  if (asks && document.dryRun) io.stdout.write("nothing was removed\n");
  else io.stdout.write(json ? `${JSON.stringify(document)}\n` : renderForget(document));
  return document.remaining.length > 0 && !document.dryRun ? 1 : 0;
}
