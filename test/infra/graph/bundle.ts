import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { LOCK, PLATFORM, RUN, SHIM } from "./platform.ts";

/** A change of the source that a test makes to see the chain go red. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

interface Provider {
  readonly package: string;
  readonly alias: string;
}

/** SST's CLI puts the providers and its components in scope of every file of the stack. */
function inScope(root: string, edits: readonly Edit[]): Plugin {
  const providers: readonly Provider[] = JSON.parse(readFileSync(join(root, LOCK), "utf8"));
  const header = [
    ...providers.map(({ package: from, alias }) => `import * as ${alias} from ${JSON.stringify(from)};`),
    `import * as sst from ${JSON.stringify(join(root, PLATFORM, "src/components"))};`,
  ].join("");
  const stack = new RegExp(
    `^${root.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}/(sst\\.config|infra/[^/]+)\\.ts$`,
  );
  return {
    name: "in-scope",
    setup(build) {
      build.onLoad({ filter: stack }, ({ path }) => {
        let text = readFileSync(path, "utf8");
        for (const { file, from, to } of edits) {
          if (relative(root, path) !== file) continue;
          if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
          text = text.replace(from, to);
        }
        return { contents: header + text, loader: "ts" };
      });
    },
  };
}

interface Esbuild {
  readonly build: (options: BuildOptions) => Promise<unknown>;
  readonly transform: (text: string, options: { loader: "ts"; format: "esm" }) => Promise<{ code: string }>;
}

/** SST's own esbuild. */
const esbuildOf = (root: string): Esbuild => createRequire(join(root, PLATFORM, "package.json"))("esbuild");

export interface App {
  readonly name: string;
  readonly removal: string;
  readonly protect: boolean;
}

/** What `app()` of sst.config.ts answers, which SST's CLI asks before anything else. */
export async function appOf(root: string, stage: string): Promise<App> {
  const text = readFileSync(join(root, "sst.config.ts"), "utf8");
  const { code } = await esbuildOf(root).transform(`const $config = (config: unknown) => config;${text}`, {
    loader: "ts",
    format: "esm",
  });
  const { default: config } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return config.app({ stage });
}

/** Bundles sst.config.ts as SST's CLI does, with SST's own esbuild, into a file beside SST's packages. */
export async function bundleStack(
  root: string,
  outfile: string,
  define: Readonly<Record<string, unknown>>,
  edits: readonly Edit[],
): Promise<void> {
  const platform = join(root, PLATFORM);
  await esbuildOf(root).build({
    stdin: {
      contents: `
        import { run } from ${JSON.stringify(join(root, RUN))};
        import stack from ${JSON.stringify(join(root, "sst.config.ts"))};
        import * as pulumi from "@pulumi/pulumi";
        export { pulumi, run, stack };`,
      resolveDir: platform,
      loader: "ts",
    },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    outfile,
    inject: [join(root, SHIM)],
    define: Object.fromEntries(Object.entries(define).map(([key, value]) => [key, JSON.stringify(value)])),
    plugins: [inScope(root, edits)],
    external: ["@pulumi/*", "@aws-sdk/*", "esbuild", "archiver", "glob", "undici", "vite"],
    nodePaths: [join(platform, "node_modules")],
    banner: {
      js: 'import { createRequire as topLevelRequire } from "node:module"; const require = topLevelRequire(import.meta.url); import { fileURLToPath as topLevelToPath } from "node:url"; const __dirname = topLevelToPath(new URL(".", import.meta.url));',
    },
    logLevel: "silent",
    keepNames: true,
    absWorkingDir: root,
  });
}
