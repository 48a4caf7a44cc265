import type { BuildOptions } from "esbuild";

/** What SST puts before an ES module, so that a bundled CommonJS package finds `require`. */
const BANNER = [
  'import { createRequire as topLevelCreateRequire } from "module";',
  "const require = topLevelCreateRequire(import.meta.url);",
  'import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url";',
  "const __filename = topLevelFileUrlToPath(import.meta.url);",
  'const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url));',
].join("\n");

/** Options with which SST builds a handler of ours (sst/sst, pkg/runtime/node/build.go); `splitting` is set in infra/functions.ts. */
export const SST_BUILD = {
  outExtension: { ".js": ".mjs" },
  splitting: true,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "esnext",
  mainFields: ["module", "main"],
  external: ["sharp", "pg-native"],
  keepNames: true,
  minify: true,
  banner: { js: BANNER },
} as const satisfies BuildOptions;
