import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const CACHE = join(ROOT, "node_modules/.cache/bellwether/functions");
/** What npm last installed: every installation writes it. */
const INSTALLED = join(ROOT, "node_modules/.package-lock.json");
const THIS_FILE = fileURLToPath(import.meta.url);
const DAY_MS = 86_400_000;
/** CommonJS packages inside the bundle ask for Node's own modules with `require`. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/**
 * Bundles these TypeScript modules, packages included, as their deployment does, into `NAME.mjs` each with a source map;
 * gives the folder. A thread then loads a few files where it would load a thousand. Kept until a source or an installed
 * package changes; rejects when a module cannot be built.
 */
export async function bundleFunctions(files: readonly string[]): Promise<string> {
  const list = join(CACHE, `${digest(files.toSorted())}.json`);
  if (existsSync(list)) {
    const kept = join(CACHE, await versionOf(JSON.parse(await readFile(list, "utf8")) as string[]));
    if (existsSync(kept)) return kept;
  }
  await mkdir(CACHE, { recursive: true });
  await removeOld();
  const folder = await mkdtemp(join(CACHE, "building-"));
  const sources = await bundle(files, folder).catch(async (error: unknown) => {
    await rm(folder, { recursive: true });
    throw error;
  });
  const kept = join(CACHE, await versionOf(sources));
  await moveInto(folder, kept);
  const written = `${folder}.json`;
  await writeFile(written, JSON.stringify(sources));
  await rename(written, list);
  return kept;
}

/** Bundles into `folder`; gives the absolute paths of our own sources that went into it. */
async function bundle(files: readonly string[], folder: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [...files],
    absWorkingDir: ROOT,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    banner: { js: REQUIRE },
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    logLevel: "silent",
  });
  return Object.keys(metafile.inputs)
    .filter((path) => !path.includes("node_modules/"))
    .map((path) => resolve(ROOT, path));
}

/** Changes with every change of a source or of what is installed. */
async function versionOf(sources: readonly string[]): Promise<string> {
  const stamp = async (path: string) => {
    const { size, mtimeMs } = await stat(path).catch(() => ({ size: -1, mtimeMs: 0 })); // a deleted source is a change
    return [path, size, mtimeMs];
  };
  return digest(await Promise.all([THIS_FILE, INSTALLED, ...sources].map(stamp)));
}

/** Another process may have built the same meanwhile: then that is kept. */
async function moveInto(folder: string, kept: string): Promise<void> {
  try {
    await rename(folder, kept);
  } catch (error) {
    if (!existsSync(kept)) throw error;
    await rm(folder, { recursive: true });
  }
}

/** Deletes what was built more than a day ago: a run that loads from it still is not that old. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, basename(name));
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < Date.now() - DAY_MS) await rm(path, { recursive: true, force: true });
  }
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
