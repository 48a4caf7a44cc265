import { foldItems } from "@bellwether/core/windows/fold";
import { OTHER, type WindowItem, zeroCounts } from "@bellwether/core/windows/items";
import { emptyVariantFold, mergeVariantInto, variantsOf } from "@bellwether/core/windows/variants";
import { describe, expect, it } from "vitest";
import { segmentWith } from "../../support/segment.ts";
import { scoreItem } from "./window-items.ts";

const calls = (variant: string, model: string, n: number, errors = 0): WindowItem => ({
  kind: "count",
  bucket: 0,
  segment: segmentWith({ variant, model }),
  part: "p",
  counts: { ...zeroCounts(), n, errors },
  latency: new Map([[7, n]]),
  cost: new Map(),
});

describe("variantsOf", () => {
  it("merges the segments of each variant and keeps requests and errors by model", () => {
    const variants = variantsOf(
      foldItems([calls("v1", "haiku", 5, 1), calls("v1", "nova", 3), calls("v2", "nova", 2, 2)]),
    );
    expect([...variants.keys()]).toEqual(["v1", "v2"]);
    expect(variants.get("v1")).toMatchObject({
      counts: { n: 8, errors: 1 },
      latency: new Map([[7, 8]]),
      requestsByModel: new Map([
        ["haiku", 5],
        ["nova", 3],
      ]),
      errorsByModel: new Map([["haiku", 1]]),
    });
    expect(variants.get("v2")?.errorsByModel).toEqual(new Map([["nova", 2]]));
  });

  it("counts what was counted together for the variant, and for no model", () => {
    const variant = variantsOf(foldItems([calls("v1", OTHER, 5, 1), calls("v1", "haiku", 1)])).get("v1");
    expect(variant?.counts).toMatchObject({ n: 6, errors: 1 });
    expect(variant?.requestsByModel).toEqual(new Map([["haiku", 1]]));
    expect(variant?.errorsByModel.size).toBe(0);
  });

  it("gives the same sums to the last bit whichever segment came first", () => {
    const items = ["a", "b", "c"].map((model, index) =>
      scoreItem(`r${index}`, 0.1 + index / 7, {
        pi: 0.03 * (index + 1),
        segment: segmentWith({ variant: "v1", model }),
      }),
    );
    expect(variantsOf(foldItems(items.toReversed()))).toEqual(variantsOf(foldItems(items)));
  });

  it("merges in place and leaves what is merged in as it was", () => {
    const one = variantsOf(foldItems([calls("v1", "haiku", 5, 1)])).get("v1") ?? emptyVariantFold();
    const target = emptyVariantFold();
    mergeVariantInto(target, one);
    mergeVariantInto(target, one);
    expect(target).toMatchObject({ counts: { n: 10 }, errorsByModel: new Map([["haiku", 2]]) });
    expect(one.counts.n).toBe(5);
  });
});
