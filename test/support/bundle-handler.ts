import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

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
  readonly parts: readonly (readonly [file: string, bytes: number])[];
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
  return { files, parts };
}
