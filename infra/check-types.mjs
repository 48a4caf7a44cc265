// Type-checks infra against the SST platform, which is too large for everybody's install: fetched from npm on first use.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const SST = "sst@4.17.1";
const environment = {
  ...process.env,
  SST_SKIP_DEPENDENCY_CHECK: "1",
  SST_NO_BUN: "1",
  SST_TELEMETRY_DISABLED: "1",
};

function run(command, ...args) {
  const { status } = spawnSync(command, args, {
    stdio: "inherit",
    env: environment,
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(".cache/sst/node_modules/sst")) {
  run("npm", "i", "--prefix", ".cache/sst", "--no-save", "--no-audit", "--no-fund", SST);
}
if (!existsSync(".sst/platform/config.d.ts"))
  run(".cache/sst/node_modules/.bin/sst", "install", "--stage", "dev");
run("node_modules/.bin/tsc", "-p", "tsconfig.infra.json");
