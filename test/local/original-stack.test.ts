import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { originalStack } from "@bellwether/local/original-stack";
import { afterAll, expect, it } from "vitest";

const dir = mkdtempSync(join(tmpdir(), "original-stack-"));
afterAll(() => rmSync(dir, { recursive: true }));

it("replaces places in a bundle by those in its source, and leaves every other place", () => {
  // One mapping: line 2, column 0 of the bundle is line 5, column 2 of src/a.ts.
  const map = { version: 3, sources: ["src/a.ts"], names: [], mappings: ";AAIE" };
  writeFileSync(join(dir, "a.mjs.map"), JSON.stringify(map));
  const url = pathToFileURL(join(dir, "a.mjs")).href;
  const other = "    at other (file:///nowhere/b.mjs:1:1)\n    at node:internal/process:1:1";
  expect(originalStack(`Error: x\n    at f (${url}:2:1)\n${other}`)).toBe(
    `Error: x\n    at f (${pathToFileURL(join(dir, "src/a.ts")).href}:5:3)\n${other}`,
  );
});
