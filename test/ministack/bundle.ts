import { execFile } from "node:child_process";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { FUNCTIONS, type FunctionName } from "@bellwether/core/topology";
import { build } from "esbuild";
import { POLICY_READERS } from "../../infra/permissions.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What SST puts before an ES module, so that a bundled CommonJS package finds `require`. */
const BANNER = [
  `import { createRequire as topLevelCreateRequire } from "module";`,
  `const require = topLevelCreateRequire(import.meta.url);`,
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url";`,
  `const __filename = topLevelFileUrlToPath(import.meta.url);`,
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url));`,
].join("\n");

export interface Package {
  readonly handler: string;
  readonly zip: Uint8Array;
}

/** Makes DIR.zip of every folder DIR that it is given. */
const ZIP = "import shutil, sys; [shutil.make_archive(d, 'zip', d) for d in sys.argv[1:]]";

/** Bundles every function into `dir` as `sst deploy` does (SST, pkg/runtime/node/build.go) and zips it with its policies. */
export async function packageFunctions(
  dir: string,
  python: string,
): Promise<Readonly<Record<FunctionName, Package>>> {
  const parts = (Object.keys(FUNCTIONS) as FunctionName[]).map((name) => {
    const [source = "", exportName = ""] = FUNCTIONS[name].handler.split(".");
    const file = basename(source);
    return { name, source: join(root, `${source}.ts`), file, handler: `${file}.${exportName}` };
  });
  rmSync(dir, { recursive: true, force: true });
  await build({
    entryPoints: parts.map(({ name, source, file }) => ({ in: source, out: join(name, file) })),
    outdir: dir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    external: ["sharp", "pg-native"],
    keepNames: true,
    minify: true,
    banner: { js: BANNER },
    logLevel: "error",
  });
  for (const name of POLICY_READERS)
    cpSync(join(root, "infra/policies"), join(dir, name, "policies"), { recursive: true });
  await promisify(execFile)(python, ["-c", ZIP, ...parts.map(({ name }) => join(dir, name))]);
  const packages = parts.map(({ name, handler }): [FunctionName, Package] => [
    name,
    { handler, zip: readFileSync(join(dir, `${name}.zip`)) },
  ]);
  return Object.fromEntries(packages) as Record<FunctionName, Package>;
}
