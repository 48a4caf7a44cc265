// Type-checks infra against the SST platform.
import { spawnSync } from "node:child_process";
import { fetchSst } from "./fetch-sst.mjs";

if (!fetchSst("inherit")) process.exit(1);
const { status } = spawnSync("node_modules/.bin/tsc", ["-p", "tsconfig.infra.json"], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
process.exitCode = status ?? 1;
