import { change, readable, UnwritableError } from "./change-object.ts";
import type { ForgetDeps } from "./deps.ts";
import { speaksOf } from "./person-rows.ts";
import { scrubLog } from "./scrub-log.ts";
import { type Found, note, type Tally } from "./tally.ts";

function requestIdOf(text: string): string | undefined {
  try {
    const record: unknown = JSON.parse(text);
    const id =
      typeof record === "object" && record !== null && "requestId" in record ? record.requestId : undefined;
    return typeof id === "string" ? id : undefined;
  } catch {
    // No record: it is theirs only if the quarantine says so.
    return undefined;
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** What became of a body; one that was gone before is not counted. */
async function removeBody(
  path: string,
  logs: NonNullable<ForgetDeps["logs"]>,
  dryRun: boolean,
): Promise<"removed" | "absent" | "foreign"> {
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (logs.bucket !== undefined && bucket !== logs.bucket) return "foreign";
  return (await change(logs, key, dryRun, async () => null)) ? "removed" : "absent";
}

/** Empties the person's lines in the log objects and deletes the bodies that they kept elsewhere. */
export async function forgetLogs(
  found: Found,
  dryRun: boolean,
  deps: ForgetDeps,
  tally: Tally,
): Promise<void> {
  const { logs } = deps;
  const keys = new Set([
    ...found.objects,
    ...[...found.unreadable].map((at) => at.slice(0, at.lastIndexOf("#"))),
  ]);
  if (logs === undefined) {
    for (const key of keys) {
      const lines = found.lines.get(key);
      if (lines !== undefined)
        note(tally, `${key} line ${lines.join(", ")}`, "nobody said where the logs are");
    }
    return;
  }
  for (const key of [...keys].sort()) {
    // An app event that could not be read; it was never a log object.
    if (key.startsWith("event/")) continue;
    deps.onProgress(key);
    try {
      let bodies: readonly string[] = [];
      const isTheirs = (text: string, line: number): boolean =>
        found.theirs.requestIds.has(requestIdOf(text) ?? "") ||
        (found.unreadable.has(`${key}#${line}`) && speaksOf(text, found.person, found.theirs));
      await change(logs, key, dryRun, async (stored) => {
        const scrubbed = scrubLog(
          isGzip(stored) ? await readable(() => deps.unzip(stored)) : stored,
          isTheirs,
        );
        if (scrubbed.lines.length === 0) return undefined;
        bodies = scrubbed.bodies;
        // A body first: once its line is gone, nothing names it.
        for (const path of bodies) {
          const body = await removeBody(path, logs, dryRun);
          if (body === "removed") tally.offloadedBodies += 1;
          if (body === "foreign") note(tally, path, "it lies in a bucket that is not ours");
        }
        tally.logLines[key] = [...scrubbed.lines];
        return isGzip(stored) ? deps.zip(scrubbed.bytes) : scrubbed.bytes;
      });
    } catch (error) {
      if (!(error instanceof UnwritableError)) throw error;
      note(tally, key, `the log object cannot be rewritten: ${error.message}`);
    }
  }
}
