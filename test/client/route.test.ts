import { routeVariant } from "@bellwether/client/route";
import { permanentRandomNumber } from "@bellwether/core/sampling/unit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const rollout = { stable: "v12", canary: "v13", share: 0.2, salt: "support-bot-3" };
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("routeVariant", () => {
  it("sends nobody to the canary at share 0 and everybody at share 1", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (salt, unit) => {
        expect(routeVariant({ ...rollout, salt, share: 0 }, unit)).toBe("v12");
        expect(routeVariant({ ...rollout, salt, share: 1 }, unit)).toBe("v13");
      }),
    );
  });

  it("never moves a unit back when the share is raised", () => {
    fc.assert(
      fc.property(share, share, fc.string(), (a, b, unit) => {
        const [low, high] = a <= b ? [a, b] : [b, a];
        if (routeVariant({ ...rollout, share: low }, unit) === "v13") {
          expect(routeVariant({ ...rollout, share: high }, unit)).toBe("v13");
        }
      }),
    );
  });

  it("puts a unit into the canary exactly when its 53-bit position is below the share", () => {
    fc.assert(
      fc.property(share, fc.string(), fc.string(), (cut, salt, unit) => {
        const position = permanentRandomNumber(salt, unit);
        expect(routeVariant({ ...rollout, salt, share: cut }, unit)).toBe(position < cut ? "v13" : "v12");
        expect(routeVariant({ ...rollout, salt, share: position }, unit)).toBe("v12");
      }),
    );
  });

  it("serves stable while there is no canary, whatever the share", () => {
    fc.assert(
      fc.property(share, fc.string(), (cut, unit) => {
        expect(routeVariant({ ...rollout, canary: null, share: cut }, unit)).toBe("v12");
      }),
    );
  });

  it("splits 20,000 users by the share, and independently under another salt", () => {
    const users = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);
    const first = users.filter((user) => routeVariant(rollout, user) === "v13");
    const both = first.filter((user) => routeVariant({ ...rollout, salt: "another" }, user) === "v13");
    // Four standard deviations of a binomial around 0.2.
    expect(Math.abs(first.length / users.length - 0.2)).toBeLessThan(0.0114);
    expect(Math.abs(both.length / first.length - 0.2)).toBeLessThan(0.026);
  });
});
