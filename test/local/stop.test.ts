import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("../fixtures/functions/run-cloud.ts", import.meta.url));

it("lets the process exit by itself after stop", async () => {
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const output = child.stdout.setEncoding("utf8").toArray();
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
  expect((await output).join("")).toBe("stopped\n");
});

it("stops cleanly on SIGINT", async () => {
  const child = spawn(process.execPath, [script, "wait"], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (output === "") child.kill("SIGINT");
    output += text;
  });
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
  expect(output).toBe("ready\nstopped\n");
});
