import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const stats = fileURLToPath(new URL("packages/stats/src/", import.meta.url));

export default defineConfig({
  // Stryker mutates a copy whose node_modules links back to the original, so the package is found by its path.
  resolve: { alias: [{ find: /^@bellwether\/stats\/(.+)$/, replacement: `${stats}$1.ts` }] },
  test: {
    include: ["test/stats/**/*.test.ts"],
    setupFiles: ["test/support/mutation-setup.ts"],
    testTimeout: 60_000,
  },
});
