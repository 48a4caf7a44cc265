import { execFile } from "node:child_process";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { FUNCTIONS, type FunctionName } from "@bellwether/core/topology";
import { build } from "esbuild";
import { POLICY_READERS } from "../../infra/permissions.ts";
import { SST_BUILD } from "../support/sst-build.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

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
  // Each alone, as SST does: what they share lies in each package.
  for (const { name, source, file } of parts) {
    await build({
      ...SST_BUILD,
      entryPoints: [{ in: source, out: file }],
      outdir: join(dir, name),
      logLevel: "error",
    });
  }
  for (const name of POLICY_READERS)
    cpSync(join(root, "infra/policies"), join(dir, name, "policies"), { recursive: true });
  await promisify(execFile)(python, ["-c", ZIP, ...parts.map(({ name }) => join(dir, name))]);
  const packages = parts.map(({ name, handler }): [FunctionName, Package] => [
    name,
    { handler, zip: readFileSync(join(dir, `${name}.zip`)) },
  ]);
  return Object.fromEntries(packages) as Record<FunctionName, Package>;
}
