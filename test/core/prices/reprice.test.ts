import type { LakeRow } from "@bellwether/core/lake/tables";
import { createPriceBook } from "@bellwether/core/prices/price-book";
import { PRICES_AS_OF } from "@bellwether/core/prices/price-version";
import { priceRow, repriceRow } from "@bellwether/core/prices/reprice";
import { addRepricing, emptyRepriceTally } from "@bellwether/core/prices/reprice-tally";
import type { Invocation, Usage } from "@bellwether/core/records/invocation";
import { parseModelId } from "@bellwether/core/records/model";
import { requestRow } from "@bellwether/core/requests/row";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { usage } from "./calls.ts";

const AT = Date.parse("2026-10-06T08:00:00Z");
const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6";
const NOVA = "amazon.nova-lite-v1:0";
const HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";

const call = (modelId: string, counts: Usage | undefined, more: Partial<Invocation> = {}): Invocation => ({
  requestId: "r-1",
  at: AT,
  operation: "Converse",
  model: parseModelId(modelId),
  region: "us-east-1",
  tags: { app: "bot" },
  ...(counts === undefined ? {} : { usage: counts }),
  input: { kind: "absent" },
  output: { kind: "absent" },
  ...more,
});

const book = createPriceBook();
/** The row that ingest writes under a price book. */
function rowOf(invocation: Invocation, prices = book): LakeRow {
  const { model, usage: counts, at, region, errorCode } = invocation;
  const pricing = prices.price(model, counts, at, { failed: errorCode !== undefined, region });
  return { ...requestRow(invocation, pricing, { key: "k", line: 1 }), rev: 1 };
}
/** The same row as the lake gives it back: NULL where nothing was written. */
const stored = (row: LakeRow): LakeRow => ({
  error_code: null,
  model_arn: null,
  unpriced_reason: null,
  input_tokens: null,
  ...row,
});

const ids = fc.constantFrom(
  HAIKU,
  `us.${HAIKU}`,
  `eu.${HAIKU}`,
  `global.${HAIKU}`,
  `arn:aws:bedrock:us-west-2:111122223333:inference-profile/global.${HAIKU}`,
  `arn:aws:bedrock:us-east-1::foundation-model/${NOVA}`,
  NOVA,
  "global.amazon.nova-2-lite-v1:0",
  "global.openai.gpt-5.6-sol",
  "meta.llama3-3-70b-instruct-v1:0",
  PROFILE,
  "arn:aws:bedrock:us-east-1:111122223333:imported-model/abc123def456",
  `arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abc123def456`,
  "vendor.never-heard-of",
);
const tokens = fc.nat({ max: 400_000 });
const usages = fc.option(
  fc
    .record({ inputTokens: tokens, outputTokens: tokens, cacheReadTokens: tokens, w5m: tokens, w1h: tokens })
    .map(
      ({ w5m, w1h, ...rest }): Usage => ({ ...rest, cacheWriteTokens: w5m + w1h, cacheWrite1hTokens: w1h }),
    ),
  { nil: undefined },
);
const invocations = fc
  .record({ id: ids, usage: usages, failed: fc.boolean(), region: fc.constantFrom("us-east-1", "eu-west-2") })
  .map(({ id, usage: counts, failed, region }) =>
    call(id, counts, { region, ...(failed ? { errorCode: "ThrottlingException" } : {}) }),
  );

/** Another price for some of the models, and a model for the profile. */
const today = createPriceBook({
  profiles: { [PROFILE]: `us.${HAIKU}`, a1b2: NOVA },
  prices: [
    { model: NOVA, tier: "regional", input: 0.03, validFrom: "2026-10-01", source: "contract" },
    {
      model: "anthropic.claude-haiku-4-5",
      tier: "regional",
      region: "eu-west-2",
      input: 2,
      output: 7,
      cacheRead: 0.1,
      cacheWrite5m: 3,
      validFrom: "2026-10-06",
      validUntil: "2026-10-06",
      source: "contract",
    },
    {
      model: "abc123def456",
      tier: "regional",
      input: 1.5,
      output: 1.5,
      validFrom: "2026-01-01",
      source: "x",
    },
  ],
});

describe("a row of the lake", () => {
  it("has everything its price depends on: it is priced as its record was, under any book", () => {
    fc.assert(
      fc.property(invocations, fc.constantFrom(book, today), (invocation, prices) => {
        const { model, usage: counts, at, region, errorCode } = invocation;
        const recorded = prices.price(model, counts, at, { failed: errorCode !== undefined, region });
        const again = priceRow(stored(rowOf(invocation)), prices);
        if (recorded.kind === "priced") expect(again).toEqual(recorded);
        else expect(again).toMatchObject({ kind: "unpriced", reason: recorded.reason });
      }),
    );
  });

  it("is unchanged under the book that priced it", () => {
    fc.assert(
      fc.property(invocations, fc.constantFrom(book, today), (invocation, prices) => {
        expect(repriceRow(stored(rowOf(invocation, prices)), prices).kind).not.toBe("repriced");
      }),
    );
  });

  it("changes once: a second time finds nothing, and the parts are never negative and sum to the total", () => {
    fc.assert(
      fc.property(invocations, (invocation) => {
        const first = repriceRow(stored(rowOf(invocation)), today);
        if (first.kind !== "repriced") return;
        const { row } = first;
        const parts = ["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"].map((kind) =>
          Number(row[`${kind}_pico_usd`]),
        );
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(row.cost_pico_usd);
        expect(row).toMatchObject({ rev: 2, unpriced_reason: null, request_id: "r-1" });
        expect(repriceRow(row, today)).toEqual({ kind: "unchanged" });
      }),
    );
  });
});

describe("repricing a row", () => {
  it("prices what had no price once somebody added it", () => {
    const row = stored(rowOf(call(PROFILE, usage({ inputTokens: 1_000_000 }))));
    expect(row).toMatchObject({ unpriced_reason: "unresolved_profile", model_arn: PROFILE });
    // Haiku 4.5 in a geography: $1.10 per million input tokens.
    expect(repriceRow(row, today)).toMatchObject({
      kind: "repriced",
      row: { cost_usd: 1.1, input_pico_usd: 1_100_000_000_000, output_pico_usd: 0, rev: 2 },
    });
  });

  it("leaves a row alone when the amounts are the same under another name", () => {
    const same = createPriceBook({
      prices: [
        {
          model: NOVA,
          tier: "regional",
          input: 0.06,
          output: 0.24,
          validFrom: "2026-01-01",
          source: "a copy",
        },
      ],
    });
    const row = stored(rowOf(call(NOVA, usage({ inputTokens: 10, outputTokens: 5 }))));
    expect(row.price_version).toBe(PRICES_AS_OF);
    expect(repriceRow(row, same)).toEqual({ kind: "unchanged" });
  });

  it("fills in the parts of a row that has only the total", () => {
    const { input_pico_usd: _, ...total } = stored(rowOf(call(NOVA, usage({ inputTokens: 10 }))));
    expect(repriceRow(total, book)).toMatchObject({
      kind: "repriced",
      row: { input_pico_usd: 600_000, rev: 2 },
    });
  });

  it("never takes a known price away", () => {
    const row = stored(rowOf(call(PROFILE, usage({ inputTokens: 10 })), today));
    expect(row.cost_pico_usd).toBe(11_000_000);
    expect(repriceRow(row, book)).toEqual({ kind: "unpriced", reason: "unresolved_profile" });
  });

  it("is counted before and after by what it was", () => {
    const tally = emptyRepriceTally();
    const rows = [
      rowOf(call(PROFILE, usage({ inputTokens: 10 }))),
      rowOf(call("vendor.never-heard-of", usage({ inputTokens: 10 }))),
      rowOf(call(NOVA, usage({ inputTokens: 10 }))),
      rowOf(call(HAIKU, usage({ inputTokens: 10 }))),
    ].map(stored);
    for (const row of rows) addRepricing(tally, row, repriceRow(row, today));
    expect(tally).toEqual({
      requests: 4,
      repriced: 2,
      // Nova at $0.06 and Haiku at $1.10 per million; then the profile at $1.10 and Nova at $0.03.
      oldPicoUsd: 600_000n + 11_000_000n,
      newPicoUsd: 11_000_000n + 300_000n + 11_000_000n,
      formerlyUnpriced: 1,
      stillUnpriced: 1,
      keptPrice: 0,
    });
  });
});
