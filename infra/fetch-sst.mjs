// SST's platform (the components and their types) is too large for everybody's install: fetched from npm on first use.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SST = "sst@4.17.1";
const root = fileURLToPath(new URL("..", import.meta.url));
const environment = {
  ...process.env,
  SST_SKIP_DEPENDENCY_CHECK: "1",
  SST_NO_BUN: "1",
  SST_TELEMETRY_DISABLED: "1",
};

/**
 * Puts SST's platform into `.sst` if it is not there.
 * @param {"inherit" | "ignore"} output where npm and SST write what they do
 * @returns {boolean} false when it could not be fetched
 */
export function fetchSst(output) {
  const run = (command, ...args) =>
    spawnSync(command, args, {
      cwd: root,
      stdio: ["ignore", output, output],
      env: environment,
      shell: process.platform === "win32",
    }).status === 0;
  const present = (path) => existsSync(new URL(`../${path}`, import.meta.url));
  // The lock of the providers is the last that SST writes.
  if (present(".sst/platform/config.d.ts") && present(".sst/provider-lock.json")) return true;
  const fetched =
    present(".cache/sst/node_modules/sst") ||
    run("npm", "i", "--prefix", ".cache/sst", "--no-save", "--no-audit", "--no-fund", SST);
  return fetched && run(".cache/sst/node_modules/.bin/sst", "install", "--stage", "dev");
}
