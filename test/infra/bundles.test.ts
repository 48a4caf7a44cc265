import { FUNCTIONS, type FunctionName } from "@bellwether/core/topology";
import { describe, expect, it } from "vitest";
import { bundleHandler } from "../support/bundle-handler.ts";

const MEGABYTE = 1_024 ** 2;
const bundles = await Promise.all(
  (Object.keys(FUNCTIONS) as FunctionName[]).map(async (name) => [name, await bundleHandler(name)] as const),
);
const bundleOf = (name: FunctionName) => new Map(bundles).get(name)?.parts.map(([file]) => file) ?? [];

describe("what Lambda gets", () => {
  it.each(bundles)("%s starts with at most 2 MB, and its handler is exported", (name, bundle) => {
    expect(bundle.startBytes).toBeGreaterThan(100_000);
    expect(bundle.startBytes).toBeLessThanOrEqual(2 * MEGABYTE);
    expect(bundle.files[0]?.name).toBe(`${name}.mjs`);
    expect(bundle.files[0]?.text.includes(" as handler")).toBe(true);
  });

  it.each(bundles)("%s is packed with at most 3 MB", (_, { files }) => {
    expect(files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)).toBeLessThanOrEqual(
      3 * MEGABYTE,
    );
  });

  it("a client that a function does not call is not in its bundle", () => {
    const s3 = (name: FunctionName) => bundleOf(name).some((file) => file.includes("/client-s3/"));
    expect(s3("ingest")).toBe(true);
    expect(s3("notify")).toBe(false);
    expect(bundleOf("ingest").some((file) => file.includes("node_modules/yaml/"))).toBe(false);
  });
});
