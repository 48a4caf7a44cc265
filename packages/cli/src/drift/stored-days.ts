import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readDocument } from "@bellwether/aws/lake";
import type { DriftDay } from "@bellwether/core/drift/day";
import { dayKey } from "@bellwether/core/drift/documents";
import type { Family } from "@bellwether/core/drift/series";
import { UsageError } from "../arguments.ts";

/** Where the readings of detectors are: in the lake of a replay, or in the stage's own lake bucket. */
export type Store = { readonly kind: "folder"; readonly out: string } | { readonly kind: "bucket" };

async function entries(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Apps with readings in a folder. */
export async function appsIn({ name }: Family, out: string): Promise<string[]> {
  const names = await entries(join(out, "lake", name));
  return names
    .filter((one) => one.startsWith("app="))
    .map((one) => decodeURIComponent(one.slice(4)))
    .sort();
}

const DAY_FILE = /^day=(\d{4}-\d{2}-\d{2})\.json$/;

/** UTC days of an app with readings in a folder, ms, ascending. */
export async function daysIn({ name }: Family, app: string, out: string): Promise<number[]> {
  const names = await entries(join(out, "lake", name, `app=${encodeURIComponent(app)}`));
  return names
    .flatMap((one) => DAY_FILE.exec(one)?.[1] ?? [])
    .map((day) => Date.parse(`${day}T00:00:00Z`))
    .sort((a, b) => a - b);
}

async function readText(store: Store, key: string): Promise<string | undefined> {
  if (store.kind === "bucket") return readDocument(key);
  try {
    return await readFile(join(store.out, "lake", key), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Readings of a day; undefined without any, throws UsageError for a document that is not one. */
export async function readStoredDay(
  store: Store,
  family: Family,
  app: string,
  day: number,
): Promise<DriftDay | undefined> {
  const key = dayKey(family, app, day);
  const text = await readText(store, key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as DriftDay;
  } catch {
    throw new UsageError(`${key} is not JSON; run the replay again`);
  }
}
