import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseConfig } from "@bellwether/core/config/config";
import { SAVED_QUERIES } from "@bellwether/core/lake/saved-queries";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { parseModelId } from "@bellwether/core/records/model";
import { describe, expect, it } from "vitest";

const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
const section = /## What calls cost\n([\s\S]*?)\n## /.exec(readme)?.[1] ?? "";

describe("the README on what calls cost", () => {
  it("shows a configuration that is valid and prices as it says", () => {
    const config = parseConfig(JSON.parse(/```json\n([\s\S]*?)```/.exec(section)?.[1] ?? ""));
    const book = createPriceBook(config);
    const usage = {
      inputTokens: 1_000_000,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      cacheWrite1hTokens: 0,
    };
    const usd = (modelId: string, at: string, region = "eu-west-1") => {
      const pricing = book.price(parseModelId(modelId), usage, Date.parse(at), { failed: false, region });
      return pricing.kind === "priced" ? pricing.usd : null;
    };
    const haiku = "eu.anthropic.claude-haiku-4-5-20251001-v1:0";
    expect(usd(haiku, "2027-09-30T23:59:59Z")).toBe(0.99);
    for (const [at, region] of [
      ["2026-09-30T23:59:59Z", "eu-west-1"],
      ["2027-10-01T00:00:00Z", "eu-west-1"],
      ["2026-12-01T00:00:00Z", "us-east-1"],
    ] as const)
      expect(usd(haiku, at, region)).toBe(1.1);
    for (const profile of Object.keys(config.profiles))
      expect(usd(profile, "2026-12-01T00:00:00Z", "us-east-1")).toBe(1.1);
  });

  it("names saved queries that exist", () => {
    const named = [...section.matchAll(/`((?:cost|unpriced|judge|most)-[a-z-]+)`/g)].map(
      ([, name = ""]) => name,
    );
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(Object.keys(SAVED_QUERIES)).toContain(name);
    for (const by of ["session", "tenant", "feature", "prompt-version", "model"])
      expect(Object.keys(SAVED_QUERIES)).toContain(`cost-by-${by}`);
  });
});
