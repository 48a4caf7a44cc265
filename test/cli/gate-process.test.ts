import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { createClock } from "@bellwether/local/clock";
import { startBedrock } from "@bellwether/local/endpoints/bedrock";
import { standInJudge } from "@bellwether/local/judge/stand-in";
import { describe, expect, it } from "vitest";
import { gateFolder } from "../support/gate-world.ts";

const BIN = resolve("packages/cli/src/bellwether.js");

/** A process that runs the gate with the judge at `url`. */
function start(args: readonly string[], url: string): ChildProcess {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  return spawn(process.execPath, [BIN, "gate", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((done) => child.once("exit", (code) => done(code)));

const drawsIn = (file: string): number =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .slice(0, -1)
        .filter((line) => line.includes('"draw"')).length
    : 0;

/** Resolves once `n` looks are on disk. */
async function untilDrawn(dir: string, n: number): Promise<void> {
  const file = join(dir, "work.jsonl");
  await mkdir(dir, { recursive: true });
  await new Promise<void>((done) => {
    const watcher = watch(dir, () => {
      if (drawsIn(file) < n) return;
      watcher.close();
      done();
    });
  });
}

describe("a gate in a process of its own", () => {
  it("that is killed, then interrupted, then left alone pays for no look twice that reached the disk", async () => {
    const ITEMS = 24;
    const { common, answers, dir } = gateFolder(ITEMS);
    const out = join(dir, "out");
    const work = join(out, "work.jsonl");
    const held: (() => void)[] = [];
    let hold = 0;
    // Every answer after the first `hold` waits, so that the process is stopped with calls under way.
    let answered = 0;
    const bedrock = await startBedrock({
      clock: createClock(0),
      answer: async ({ body }) => {
        answered += 1;
        if (answered > hold) await new Promise<void>((go) => held.push(go));
        return standInJudge(body);
      },
    });
    const args = [
      ...common.filter((option) => option !== "--stand-in"),
      "--answers",
      answers,
      "--concurrency",
      "2",
    ];
    try {
      hold = 6;
      const first = start(args, bedrock.url);
      await untilDrawn(out, 6);
      first.kill("SIGKILL");
      await ended(first);
      const kept = drawsIn(work);
      expect(kept).toBe(6);
      for (const go of held.splice(0)) go();

      const lost = answered - kept; // under way when it was killed
      expect(lost).toBeLessThanOrEqual(2);
      hold = answered + 5;
      const second = start(args, bedrock.url);
      const said = text(second.stderr as NodeJS.ReadableStream & AsyncIterable<Buffer>);
      await untilDrawn(out, kept + 5);
      // Twice: a terminal's Ctrl-C comes from the terminal and from the Node that started this one.
      second.kill("SIGINT");
      setTimeout(() => second.kill("SIGINT"), 20);
      // What is under way is waited for and kept: it is paid for.
      while (!existsSync(join(out, "outcomes-head.json"))) {
        for (const go of held.splice(0)) go();
        await new Promise((next) => setImmediate(next));
      }
      expect(await ended(second)).toBe(130);
      const afterInterrupt = drawsIn(work);
      expect(afterInterrupt).toBe(answered - lost);
      expect(await said).toMatch(
        new RegExp(
          `interrupted; .* and ${afterInterrupt} judgements are kept in .*work\\.jsonl: run the same command again`,
        ),
      );

      hold = Number.POSITIVE_INFINITY;
      const third = start([...args, "--json"], bedrock.url);
      const json = await text(third.stdout as NodeJS.ReadableStream & AsyncIterable<Buffer>);
      expect(JSON.parse(json)).toMatchObject({
        stopped: null,
        spent: { draws: ITEMS - afterInterrupt, reusedDraws: afterInterrupt },
        judge: { standIn: false },
      });
      expect(answered).toBe(ITEMS + lost);
    } finally {
      await bedrock.stop();
    }
  });
});
