import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";

const NEWLINE = 10;

/** The least that any reader of the log must do: gunzip, split at newlines, JSON.parse; throws when a record is missing. */
export async function parseFile(file: string, records: number): Promise<void> {
  const bytes = gunzipSync(await readFile(file));
  let parsed = 0;
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, from);
    const record = JSON.parse(bytes.toString("utf8", from, end)) as { readonly requestId?: unknown };
    if (typeof record.requestId === "string") parsed += 1;
    from = end + 1;
  }
  if (parsed !== records) throw new Error(`parsed ${parsed} of ${records} records`);
}
