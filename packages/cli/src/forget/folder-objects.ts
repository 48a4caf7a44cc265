import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { ObjectStore } from "@bellwether/core/forget/deps";

const etagOf = (bytes: Uint8Array): string => createHash("sha1").update(bytes).digest("hex");

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

/** A folder as a bucket: keys are paths below it, and a key that leads outside names nothing. */
export function folderObjects(dir: string): ObjectStore {
  const root = resolve(dir);
  const fileOf = (key: string): string | undefined => {
    const file = resolve(root, key);
    return file.startsWith(root + sep) ? file : undefined;
  };
  const read: ObjectStore["read"] = async (key) => {
    const file = fileOf(key);
    if (file === undefined) return undefined;
    try {
      const bytes = await readFile(file);
      return { bytes, etag: etagOf(bytes) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  const isStill = async (key: string, etag: string): Promise<boolean> => (await read(key))?.etag === etag;
  return {
    async *list(prefix) {
      const folder = join(root, prefix.slice(0, prefix.lastIndexOf("/") + 1));
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
        (error: unknown) => {
          if (isMissing(error)) return [];
          throw error;
        },
      );
      const keys = entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"));
      for (const key of keys.filter((name) => name.startsWith(prefix)).sort()) yield { key, bytes: 0 };
    },
    read,
    replace: async (key, bytes, etag) => {
      const file = fileOf(key);
      if (file === undefined || !(await isStill(key, etag))) return false;
      await writeFile(`${file}.unfinished`, bytes);
      await rename(`${file}.unfinished`, file);
      return true;
    },
    remove: async (key, etag) => {
      const file = fileOf(key);
      if (file === undefined || !(await isStill(key, etag))) return (await read(key)) === undefined;
      await rm(file, { force: true });
      return true;
    },
  };
}
