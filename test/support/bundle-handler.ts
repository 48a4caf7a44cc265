import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What SST puts before a handler (sst/sst, pkg/runtime/node/build.go). */
const BANNER = [
  'import { createRequire as topLevelCreateRequire } from "module";',
  "const require = topLevelCreateRequire(import.meta.url);",
  'import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url";',
  "const __filename = topLevelFileUrlToPath(import.meta.url);",
  'const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url));',
].join("\n");

/** A handler as SST packs it: the files of its package, the handler first, and the bytes that each source brings, largest first. */
export interface Bundle {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Bytes that are loaded when the function starts: the handler and every file it imports, but none it imports late. */
  readonly startBytes: number;
  readonly parts: readonly (readonly [file: string, bytes: number])[];
}

function startBytesOf({ outputs }: Metafile, handler: string): number {
  const loaded = new Set([handler]);
  // A set that grows is walked to its new end.
  for (const file of loaded) {
    for (const { path, kind } of outputs[file]?.imports ?? []) {
      if (kind === "import-statement" && path in outputs) loaded.add(path);
    }
  }
  return [...loaded].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
}

/** Bundles functions/NAME.ts with the options of SST's build (the same file of SST). */
export async function bundleHandler(name: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`functions/${name}.ts`],
    outdir: ".",
    outExtension: { ".js": ".mjs" },
    splitting: true,
    write: false,
    metafile: true,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    external: ["sharp", "pg-native"],
    keepNames: true,
    minify: true,
    banner: { js: BANNER },
    logLevel: "silent",
  });
  const parts = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .map(([file, { bytesInOutput }]) => [file, bytesInOutput] as const)
    .sort(([, a], [, b]) => b - a);
  const files = outputFiles
    .map(({ path, text }) => ({ name: basename(path), text }))
    .sort((a, b) => Number(b.name === `${name}.mjs`) - Number(a.name === `${name}.mjs`));
  return { files, parts, startBytes: startBytesOf(metafile, `${name}.mjs`) };
}
