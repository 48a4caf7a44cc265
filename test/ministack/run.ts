import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";
import { installMiniStack } from "./python.ts";
import { startServer } from "./server.ts";

// `npm run test:ministack`: the bundled functions as Lambdas in MiniStack, see README.md beside this file.

const cache = fileURLToPath(new URL("../../.cache/", import.meta.url));
const RESULTS = join(cache, "ministack-results.json");
const LOG = join(cache, "ministack.log");
const TEST_MS = 300_000;

const started = Date.now();
rmSync(RESULTS, { force: true });
const installed = installMiniStack(join(cache, "ministack"), console.log);
if (installed.kind === "missing") {
  console.log(`skipped: ${installed.what}`);
} else {
  process.exitCode = await run(installed.python);
}

async function run(python: string): Promise<number> {
  const server = await startServer(python, LOG);
  const interrupt = (signal: NodeJS.Signals) => {
    server.kill();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt).on("exit", server.kill);
  Object.assign(process.env, { MINISTACK_URL: server.url, MINISTACK_PYTHON: python });
  const vitest = await startVitest("test", [], {
    config: false,
    run: true,
    watch: false,
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["*.story.ts"],
    // One MiniStack for all: the story is told from its beginning to its end.
    fileParallelism: false,
    bail: 0,
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
    reporters: ["verbose", ["json", { outputFile: RESULTS }]],
  });
  const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  const failed = count("failed") + vitest.state.getUnhandledErrors().length;
  await vitest.close();
  await server.stop();
  const seconds = ((Date.now() - started) / 1_000).toFixed(0);
  if (failed > 0) console.log(`what MiniStack and the functions wrote: ${LOG}`);
  console.log(
    `MiniStack: ${count("passed")} passed, ${failed} failed, ${count("skipped")} not run, ${seconds} s`,
  );
  return failed === 0 && count("passed") > 0 ? 0 : 1;
}
