import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

// Node then keeps what it compiled of a module for the next process that loads it.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "node-compile-cache");

/** Tests that change nothing of their process: many of them share one. */
const SHARED = [
  "test/{client,contract,core,evaluators,infra,stats}/**/*.test.ts",
  "test/local/{endpoints,judge,lake,traffic}/**/*.test.ts",
];

export default defineConfig({
  test: {
    // A file that starts a cloud waits for its threads and servers a third of the time, so cores are worth more workers.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", ["json", { outputFile: ".cache/test-results.json" }]],
    projects: [
      {
        extends: true,
        test: { name: "shared", include: SHARED, pool: "threads", isolate: false },
      },
      {
        extends: true,
        test: {
          name: "isolated",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, "test/bench/**", ...SHARED],
          pool: "forks",
        },
      },
    ],
  },
});
