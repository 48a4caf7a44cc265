import { copyFile, readdir } from "node:fs/promises";
import path from "node:path";

/** Copies every log object below `dir` beside itself under another name, as a second delivery would; returns how many. */
export async function duplicateTree(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".json.gz"));
  for (const { parentPath, name } of files) {
    await copyFile(
      path.join(parentPath, name),
      path.join(parentPath, name.replace(".json.gz", "d0.json.gz")),
    );
  }
  return files.length;
}
