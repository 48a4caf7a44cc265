import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleFunctions } from "@bellwether/local/function-bundles";
import { afterAll, expect, it } from "vitest";

const dir = mkdtempSync(join(tmpdir(), "function-bundles-"));
afterAll(() => rmSync(dir, { recursive: true }));
const file = join(dir, "greet.ts");
const part = join(dir, "part.ts");
const greeting = async (folder: string) => {
  const { greet } = (await import(pathToFileURL(join(folder, "greet.mjs")).href)) as { greet: () => string };
  return greet();
};

it("builds once, and again when any source has changed; two at once agree", async () => {
  writeFileSync(part, 'export const word: string = "hello";');
  writeFileSync(file, 'import { word } from "./part.ts"; export const greet = () => word;');
  const [first, beside] = await Promise.all([bundleFunctions([file]), bundleFunctions([file])]);
  expect(beside).toBe(first);
  expect(await greeting(first)).toBe("hello");
  expect(await bundleFunctions([file])).toBe(first);
  writeFileSync(part, 'export const word: string = "good morning";');
  const second = await bundleFunctions([file]);
  expect(second).not.toBe(first);
  expect(await greeting(second)).toBe("good morning");
  for (const folder of [first, second]) rmSync(folder, { recursive: true });
});

it("rejects a module that cannot be built, naming it", async () => {
  writeFileSync(file, "export const = 1;");
  await expect(bundleFunctions([file])).rejects.toThrow(/greet\.ts/);
});
