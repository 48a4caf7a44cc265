#!/usr/bin/env node
// Plain JavaScript that Node 20 can read: everything else needs Node 24 (type stripping, zstd), which npm installed as
// an optional package. Started by another Node, this file starts itself again under that one.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 24;

/** Path of the Node that npm installed for this platform, if there is one. */
function installedNode() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  try {
    const manifest = nodeModule
      .createRequire(import.meta.url)
      .resolve(`node-${platform}-${process.arch}/package.json`);
    const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
    const path = join(dirname(manifest), bin.node);
    return existsSync(path) ? path : undefined;
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

function startAgain(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  const forward = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, forward);
  child.on("error", (error) => {
    process.stderr.write(`bellwether: ${node} does not start: ${error.message}\n`);
    process.exitCode = 2;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    // Die of the same signal, so that a shell or a supervisor sees what happened.
    for (const name of ["SIGINT", "SIGTERM"]) process.off(name, forward);
    process.exitCode = 128 + constants.signals[signal];
    process.kill(process.pid, signal);
  });
}

if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) {
  nodeModule.enableCompileCache?.();
  const { start } = await import("./main.ts");
  await start();
} else {
  const node = installedNode();
  if (node === undefined) {
    process.stderr.write(
      `bellwether: needs Node ${OLDEST_NODE} or newer, this is ${process.version}; install it, or run npm ci without --omit=optional\n`,
    );
    process.exitCode = 2;
  } else {
    startAgain(node);
  }
}
