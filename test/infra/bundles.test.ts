import { FUNCTIONS } from "@bellwether/core/topology";
import { describe, expect, it } from "vitest";
import { bundleHandlers } from "../support/bundle-handler.ts";

const MEGABYTE = 1_024 ** 2;
const bundles = await bundleHandlers(Object.keys(FUNCTIONS));

describe("what Lambda gets", () => {
  it.each([...bundles])("%s starts with at most 2 MB, and its handler is exported", (_, bundle) => {
    expect(bundle.startBytes).toBeGreaterThan(100_000);
    expect(bundle.startBytes).toBeLessThanOrEqual(2 * MEGABYTE);
    expect(bundle.files[0]?.text.includes(" as handler")).toBe(true);
  });

  it.each([...bundles])("%s is packed with at most 3 MB", (_, { files }) => {
    const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    expect(bytes).toBeLessThanOrEqual(3 * MEGABYTE);
  });

  it("leaves out the clients and parsers that a function does not use", async () => {
    const alone = await bundleHandlers(["notify"]);
    const files = alone.get("notify")?.parts.map(([file]) => file) ?? [];
    expect(files.some((file) => file.includes("/client-sns/"))).toBe(true);
    expect(files.filter((file) => /\/client-s3\/|node_modules\/yaml\//.test(file))).toEqual([]);
  });
});
