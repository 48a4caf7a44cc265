import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const SHIM = resolve("packages/cli/src/bellwether.js");

/** A Node older than the code needs, if this machine has one outside node_modules. */
function oldNode(): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .find(
      (path) =>
        existsSync(path) &&
        Number.parseInt(spawnSync(path, ["-p", "process.versions.node"]).stdout.toString(), 10) < 24,
    );
}

const OLD_NODE = oldNode();

/** Stands for main.ts: does as its first argument says. */
const STAND_IN = `
export async function start(): Promise<void> {
  const [what, ...rest]: string[] = process.argv.slice(2);
  if (what === "echo") process.stdout.write(JSON.stringify([process.versions.node, ...rest]));
  if (what === "code") process.exitCode = Number(rest[0]);
  if (what === "die") process.kill(process.pid, "SIGKILL");
  if (what === "wait") {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(signal === "SIGINT" ? 41 : 42));
    process.stdout.write("ready");
    setInterval(() => {}, 1000);
  }
}
`;

describe("the bin shim", () => {
  it("runs the command under this Node", () => {
    const run = spawnSync(process.execPath, [SHIM, "--version"]);
    expect(run.stderr.toString()).toBe("");
    expect(run.stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(spawnSync(process.execPath, [SHIM, "nonsense"]).status).toBe(2);
  });
});

describe.skipIf(OLD_NODE === undefined)("the bin shim under an older Node", () => {
  const node = OLD_NODE ?? "";
  let dir: string;
  let shim: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "shim-"));
    shim = join(dir, "bellwether.js");
    copyFileSync(SHIM, shim);
    writeFileSync(join(dir, "main.ts"), STAND_IN);
    writeFileSync(join(dir, "package.json"), '{"type":"module"}');
    symlinkSync(resolve("node_modules"), join(dir, "node_modules"));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it("starts again under the installed Node, with the same arguments", () => {
    const run = spawnSync(node, [shim, "echo", "a b", "", '--flag="x"']);
    expect(run.stderr.toString()).toBe("");
    const [version, ...rest] = JSON.parse(run.stdout.toString()) as string[];
    expect(Number.parseInt(version ?? "", 10)).toBeGreaterThanOrEqual(24);
    expect(rest).toEqual(["a b", "", '--flag="x"']);
  });

  it("passes the exit code on", () => {
    expect(spawnSync(node, [shim, "code", "0"]).status).toBe(0);
    expect(spawnSync(node, [shim, "code", "3"]).status).toBe(3);
  });

  it("dies of the signal that the command died of", () => {
    expect(spawnSync(node, [shim, "die"]).signal).toBe("SIGKILL");
  });

  it.each([
    ["SIGINT", 41],
    ["SIGTERM", 42],
  ] as const)("forwards %s", async (signal, code) => {
    const child: ChildProcess = spawn(node, [shim, "wait"]);
    if (child.stdout === null) throw new Error("stdout is a pipe");
    await once(child.stdout, "data");
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([code, null]);
  });

  it("says in one line that no newer Node is installed", () => {
    const alone = mkdtempSync(join(tmpdir(), "alone-"));
    copyFileSync(SHIM, join(alone, "bellwether.mjs"));
    const run = spawnSync(node, [join(alone, "bellwether.mjs"), "help"]);
    rmSync(alone, { recursive: true });
    expect(run.status).toBe(2);
    expect(run.stderr.toString()).toMatch(/^bellwether: needs Node 24 or newer, this is v[^\n]+\n$/);
  });
});
