import { createHash } from "node:crypto";
import { createClaimTable } from "@bellwether/local/replay/preview-claims";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const hashOf = (body: string): string => createHash("sha1").update(body).digest("base64url");

describe("createClaimTable", () => {
  it("answers as a map of ids to bodies does", () => {
    const claim = fc.record({ id: fc.integer({ max: 30, min: 0 }), body: fc.constantFrom("x", "y") });
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 100 }), (claims) => {
        const table = createClaimTable();
        const map = new Map<number, string>();
        for (const { id, body } of claims) {
          const known = map.get(id);
          const expected = known === undefined ? "first" : known === body ? "duplicate" : "conflict";
          if (known === undefined) map.set(id, body);
          expect(table.claim(`r-${id}`, hashOf(body))).toBe(expected);
        }
      }),
    );
  });

  it("keeps every claim while it grows", () => {
    const table = createClaimTable();
    const ids = Array.from({ length: 20_000 }, (_, i) => `request-${i}`);
    for (const id of ids) expect(table.claim(id, hashOf(id))).toBe("first");
    for (const id of ids) expect(table.claim(id, hashOf(id))).toBe("duplicate");
    for (const id of ids.slice(0, 100)) expect(table.claim(id, hashOf("other"))).toBe("conflict");
  });
});
