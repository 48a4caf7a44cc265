import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { SST_BUILD } from "./sst-build.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A handler as SST packs it: the files of its package, the handler first, and the bytes that each source brings, largest first. */
export interface Bundle {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Bytes that are loaded when the function starts: the handler and every file it imports, but none it imports late. */
  readonly startBytes: number;
  readonly parts: readonly (readonly [file: string, bytes: number])[];
}

/** Files that a file brings along, itself first. */
function loadedWith({ outputs }: Metafile, handler: string, late: boolean): string[] {
  const loaded = new Set([handler]);
  // A set that grows is walked to its new end.
  for (const file of loaded) {
    for (const { path, kind } of outputs[file]?.imports ?? []) {
      if (path in outputs && (late || kind === "import-statement")) loaded.add(path);
    }
  }
  return [...loaded];
}

/**
 * Bundles functions/NAME.ts with the options of SST's build (the same file of SST). SST builds each alone; built together
 * they share files, and a handler may load a little more than it needs.
 */
export async function bundleHandlers(names: readonly string[]): Promise<ReadonlyMap<string, Bundle>> {
  const { outputFiles, metafile } = await build({
    ...SST_BUILD,
    absWorkingDir: root,
    entryPoints: names.map((name) => `functions/${name}.ts`),
    outdir: ".",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const bytes = (file: string): number => metafile.outputs[file]?.bytes ?? 0;
  return new Map(
    names.map((name): [string, Bundle] => {
      const handler = `${name}.mjs`;
      const files = loadedWith(metafile, handler, true);
      const parts = files
        .flatMap((file) => Object.entries(metafile.outputs[file]?.inputs ?? {}))
        .map(([file, { bytesInOutput }]) => [file, bytesInOutput] as const)
        .sort(([, a], [, b]) => b - a);
      const start = loadedWith(metafile, handler, false);
      return [
        name,
        {
          files: files.map((file) => ({ name: file, text: texts.get(file) ?? "" })),
          startBytes: start.reduce((sum, file) => sum + bytes(file), 0),
          parts,
        },
      ];
    }),
  );
}
