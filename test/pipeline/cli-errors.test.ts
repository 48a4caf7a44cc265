import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { main } from "@bellwether/cli/main";
import { writeTree } from "@bellwether/local/traffic/tree";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chatRecord, DAY_MS, line, zipped } from "../support/chat-record.ts";
import { recordingIo } from "../support/recording-io.ts";
import { temporaryFolder } from "../support/run-bellwether.ts";

const BIN = resolve("packages/cli/src/bellwether.js");
const folder = temporaryFolder("cli-errors");
const at = (...parts: readonly string[]): string => join(folder.dir, ...parts);
const STAMPED = "20261006T003500000Z_a.json.gz";

beforeAll(() => {
  for (const dir of ["logs", "empty", "other", "dangling", "looping", "locked"]) mkdirSync(at(dir));
  const object = zipped(line(chatRecord({ id: "a", at: DAY_MS })));
  writeFileSync(at("logs", STAMPED), object);
  writeFileSync(at("other", "notes.txt"), "not a log");
  symlinkSync(at("nowhere.json"), at("dangling", STAMPED));
  symlinkSync(at("looping", STAMPED), at("looping", STAMPED));
  writeFileSync(at("locked", STAMPED), object);
  chmodSync(at("locked", STAMPED), 0);
  writeFileSync(at("file"), "{");
  const rollout = { app: "shop", stable: "v1", canary: "v2", share: 0.2, startedAt: "2026-10-06T00:00:00Z" };
  const json: Record<string, unknown> = {
    "good-rollout": rollout,
    "no-app": { ...rollout, app: undefined },
    "same-variant": { ...rollout, canary: "v1" },
    "bad-share": { ...rollout, share: 2 },
    "bad-instant": { ...rollout, startedAt: "soon" },
    "bad-key": { ...rollout, canry: "v3" },
    array: [rollout],
    "typo-config": { lagMinuets: 2 },
    "bad-config": { sampling: { baseRate: "all" } },
    "null-config": null,
  };
  for (const [name, value] of Object.entries(json)) writeFileSync(at(`${name}.json`), JSON.stringify(value));
  writeFileSync(at("policy.yaml"), "rollback_policy:\n  triggers: []\n");
  writeFileSync(at("broken.yaml"), "rollback_policy: [");
});
afterAll(() => folder.remove());

/** Arguments of a replay that would work, with the given ones in place of its own. */
function replayArgs(changes: Readonly<Record<string, string>>): string[] {
  const values = { logs: at("logs"), out: at("out"), ...changes };
  return ["replay", ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])];
}

async function refusal(argv: readonly string[]): Promise<string> {
  const io = recordingIo();
  const code = await main(argv, io);
  expect({ code, stdout: io.written.stdout }).toEqual({ code: 2, stdout: "" });
  expect(io.written.stderr).toMatch(/^bellwether: [^\n]+\n$/);
  return io.written.stderr;
}

describe("a replay that cannot be", () => {
  it.each([
    ["no --logs", ["replay", "--out", "x"], "--logs"],
    ["no --out", ["replay", "--logs", "x"], "--out"],
    ["an unknown flag", ["replay", "--logz", "x"], "--logz"],
    ["a flag without its value", ["replay", "--logs"], "--logs"],
    ["a stray word", ["replay", "--logs", "x", "--out", "y", "please"], "please"],
    ["another command", ["reply"], "reply"],
  ])("says so: %s", async (_what, argv, named) => {
    expect(await refusal(argv)).toContain(named);
  });

  it.each([
    ["logs", "nowhere", "does not exist"],
    ["logs", "file", "not a folder"],
    ["logs", "empty", "holds no log files"],
    ["logs", "other", "holds no log files"],
    ["logs", "dangling", "does not exist"],
    ["logs", "looping", "cannot be read"],
    ["rollout", "nowhere.json", "cannot be read"],
    ["rollout", "empty", "cannot be read"],
    ["rollout", "file", "is not JSON"],
    ["rollout", "no-app.json", "app"],
    ["rollout", "same-variant.json", "same variant"],
    ["rollout", "bad-share.json", "share"],
    ["rollout", "bad-instant.json", "startedAt"],
    ["rollout", "bad-key.json", "canry"],
    ["rollout", "array.json", "rollout"],
    ["config", "nowhere.json", "cannot be read"],
    ["config", "file", "is not JSON"],
    ["config", "typo-config.json", "lagMinuets"],
    ["config", "bad-config.json", "sampling.baseRate"],
    ["config", "null-config.json", "config"],
    ["feedback", "nowhere.jsonl", "cannot be read"],
    ["feedback", "empty", "cannot be read"],
    ["policy", "nowhere.yaml", "cannot be read"],
    ["policy", "policy.yaml", "triggers"],
    ["policy", "broken.yaml", "policy"],
    ["out", "file", "--out"],
    ["out", "file/below", "--out"],
  ])("says so: --%s %s", async (option, file, reason) => {
    const said = await refusal(replayArgs({ [option]: at(file) }));
    expect(said).toContain(reason);
    expect(said).toContain(`--${option}`);
  });
});

/** Runs the tool as somebody who may not read everything; root may, so root becomes nobody. */
const NOBODY = 65_534;
describe("a log file without permission", () => {
  it("is named, and nothing is counted", async () => {
    chmodSync(folder.dir, 0o755);
    mkdirSync(at("public"));
    chmodSync(at("public"), 0o777);
    const root = process.getuid?.() === 0;
    const child = spawn(
      process.execPath,
      [BIN, ...replayArgs({ logs: at("locked"), out: at("public/out") })],
      { ...(root ? { uid: NOBODY, gid: NOBODY } : {}), stdio: ["ignore", "pipe", "pipe"] },
    );
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, "close")) as [number | null];
    expect(stderr).toMatch(/^bellwether: --logs: [^\n]*a\.json\.gz[^\n]*cannot be read[^\n]*\n$/);
    expect(code).toBe(2);
  });
});

/** Processes of a group that are still there, by Linux's own list. */
const aliveInGroup = (group: number): string[] =>
  readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      // `pid (name) state ppid pgrp`; the name may hold spaces.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return fields[0] !== "Z" && Number(fields[2]) === group;
    } catch {
      return false; // gone while we looked
    }
  });

describe.skipIf(process.platform !== "linux")("Ctrl-C", () => {
  it("in the middle of a replay leaves no process behind", async () => {
    const dir = at("running");
    await writeTree(dir, { seed: 3, start: DAY_MS, regression: "none", records: 200, days: 2, users: 50 });
    const child = spawn(process.execPath, [BIN, ...replayArgs({ logs: dir, out: at("running-out") })], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const group = child.pid ?? 0;
    const ended = once(child, "close");
    let stderr = "";
    const underWay = new Promise<void>((done) => {
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
        if (stderr.includes("replay ")) done();
      });
    });
    await Promise.race([underWay, ended]);
    expect(aliveInGroup(group)).not.toEqual([]);
    process.kill(-group, "SIGINT");
    const [code] = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("interrupted");
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(aliveInGroup(group)).toEqual([]);
  });
});
