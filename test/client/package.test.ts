import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { startRollouts, stopAll, TABLE } from "./local-services.ts";

afterEach(stopAll);

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The part of rolldown's API that is used here; it comes with the test runner. */
interface Bundler {
  rolldown(options: { input: string; external: RegExp[]; platform: "node" }): Promise<{
    generate(options: { format: "esm"; minify: true }): Promise<{ output: { code?: string }[] }>;
  }>;
}
const BUNDLER = "rolldown";

describe("what an app installs", () => {
  it.skipIf(!existsSync(`${root}node_modules/${BUNDLER}`))("is at most 20 KB beside the SDK", async () => {
    const { rolldown } = (await import(BUNDLER)) as Bundler;
    const bundle = await rolldown({
      input: `${root}packages/client/src/client.ts`,
      external: [/^@aws-sdk\//, /^node:/],
      platform: "node",
    });
    const { output } = await bundle.generate({ format: "esm", minify: true });
    const code = output.map((chunk) => chunk.code ?? "").join("");
    expect(code).toContain("bellwether.app");
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(20_000);
    expect(gzipSync(code).length).toBeLessThanOrEqual(8_000);
  });

  it("does not keep a finished process alive", async () => {
    const rollouts = await startRollouts();
    await rollouts.put({ stable: "v1", canary: "v2", share: 1, salt: "s", generation: 1 });
    const program = `
      import { createClient } from "@bellwether/client/client";
      const client = createClient({ app: "shop", table: "${TABLE}", busName: "b", fallback: "v0" });
      await client.ready();
      client.feedback({ kind: "thumbs", value: "up", sessionId: "s" });
      console.log(client.route({ user: "u" }).variant);
    `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL_DYNAMODB: rollouts.url,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
      },
      // It ends by itself or the test fails.
      timeout: 30_000,
    });
    let written = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text: Buffer) => {
        written += text;
      });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect({ written: written.trim(), code }).toEqual({ written: "v2", code: 0 });
  });
});
