import { access, constants, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { newestRecord } from "./newest-record.ts";

const HOUR = 3_600_000;

interface PlannedObject {
  /** Path relative to the folder, with "/" between its parts. */
  readonly key: string;
  readonly file: string;
  readonly bytes: number;
  /** Delivery time, ms. */
  readonly at: number;
  /** What told the delivery time: the stamp in the name, the end of the hour folder, the newest plausible record or the file's date. */
  readonly timedBy: "name" | "hour" | "records" | "mtime";
}

export interface DeliveryPlan {
  /** Log objects by delivery time, then key. */
  readonly objects: readonly PlannedObject[];
  /** Offloaded bodies and media, in no order: they are there before any record names them. */
  readonly bodies: readonly { readonly key: string; readonly file: string }[];
}

/** A folder that holds no logs that could be delivered; the message is one sentence. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly reason: "missing" | "not_a_directory" | "unreadable" | "no_logs";

  constructor(reason: DeliveryError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** When each log object of a folder (an `AWSLogs/…` tree or any folder of .json, .jsonl, gzipped or not) is delivered; rejects with DeliveryError. */
export async function planDelivery(dir: string): Promise<DeliveryPlan> {
  const objects: PlannedObject[] = [];
  const bodies: { key: string; file: string }[] = [];
  for (const key of await filesBelow(dir)) {
    const file = join(dir, key);
    if (isBodyKey(key)) bodies.push({ key, file });
    else if (isLogKey(key)) {
      // Found out now, not in the middle of the run.
      await access(file, constants.R_OK).catch((error: Error) => {
        throw new DeliveryError("unreadable", `${file} cannot be read: ${error.message}`);
      });
      const { size, mtimeMs } = await stat(file);
      if (size > 0) objects.push({ key, file, bytes: size, ...(await deliveryTime(key, file, mtimeMs)) });
    }
  }
  if (objects.length === 0) {
    throw new DeliveryError("no_logs", `${dir} holds no log files (.json, .json.gz, .jsonl or .jsonl.gz)`);
  }
  objects.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  return { objects, bodies };
}

function isBodyKey(key: string): boolean {
  return `/${key}`.includes("/data/");
}

/** Bedrock leaves an empty marker named permission-check below every prefix it was configured for. */
function isLogKey(key: string): boolean {
  return /\.jsonl?(\.gz)?$/.test(key) && !key.includes("permission-check");
}

async function deliveryTime(
  key: string,
  file: string,
  mtimeMs: number,
): Promise<Pick<PlannedObject, "at" | "timedBy">> {
  const stamp = stampTime(key);
  if (stamp !== undefined) return { at: stamp, timedBy: "name" };
  const hour = hourFolderEnd(key);
  if (hour !== undefined) return { at: hour, timedBy: "hour" };
  const record = await newestRecord(file).catch((error: Error) => {
    throw new DeliveryError("unreadable", `${file} cannot be read: ${error.message}`);
  });
  if (record !== undefined) return { at: record, timedBy: "records" };
  return { at: Math.floor(mtimeMs), timedBy: "mtime" };
}

/** Time in a file name like `20260606T070102Z_…`, with or without digits below the second. */
export function stampTime(key: string): number | undefined {
  const name = key.slice(key.lastIndexOf("/") + 1);
  const found = /(?<!\d)(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{0,6})Z/.exec(name);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = ""] = found;
  const at = utc(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return at === undefined ? undefined : at + Math.floor(Number(`0.${fraction}0`) * 1_000);
}

/** End of the hour that the folder `YYYY/MM/DD/HH` of a key names. */
export function hourFolderEnd(key: string): number | undefined {
  const found = /(?:^|\/)(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\/[^/]+$/.exec(key);
  if (found === null) return undefined;
  const [, year, month, day, hour] = found;
  const at = utc(`${year}-${month}-${day}T${hour}:00:00`);
  return at === undefined ? undefined : at + HOUR;
}

/** Undefined for a date that does not exist, which Date would move to the next month. */
function utc(text: string): number | undefined {
  const at = Date.parse(`${text}Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 19) !== text) return undefined;
  return at;
}

async function filesBelow(root: string): Promise<string[]> {
  const keys: string[] = [];
  const seen = new Set<string>();
  const walk = async (folder: string, prefix: string): Promise<void> => {
    const real = await realpath(folder);
    if (seen.has(real)) return; // a link back up
    seen.add(real);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const found = entry.isSymbolicLink() ? await stat(path) : entry;
      if (found.isDirectory()) await walk(path, `${prefix}${entry.name}/`);
      else if (found.isFile()) keys.push(`${prefix}${entry.name}`);
    }
  };
  try {
    await walk(root, "");
  } catch (error) {
    throw asDeliveryError(root, error);
  }
  return keys.sort();
}

function asDeliveryError(root: string, error: unknown): DeliveryError {
  const { code, path = root, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return new DeliveryError("missing", `${path} does not exist`);
  if (code === "ENOTDIR") return new DeliveryError("not_a_directory", `${path} is not a folder`);
  return new DeliveryError("unreadable", `${path} cannot be read: ${message}`);
}
