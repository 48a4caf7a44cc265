import { assignVariant } from "@bellwether/client/experiment";
import { positionOf } from "@bellwether/client/position";
import { isShadowed, routeVariant } from "@bellwether/client/route";
import { routesOf } from "@bellwether/client/routes";
import { stickyKey } from "@bellwether/client/unit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const weight = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const users = Array.from({ length: 20_000 }, (_, n) => `user-${n}`);
/** Four standard deviations of a share seen in `n` draws. */
const within = (expected: number, n: number) => 4 * Math.sqrt((expected * (1 - expected)) / n);

describe("what a unit sticks by", () => {
  it("is the user, else the session, else the request, else an id of its own", () => {
    const newId = () => "new";
    const all = { user: "u", session: "s", requestId: "r" };
    expect(stickyKey(all, newId)).toEqual({ key: "u", by: "user" });
    expect(stickyKey({ ...all, user: undefined }, newId)).toEqual({ key: "s", by: "session" });
    expect(stickyKey({ requestId: "r" }, newId)).toEqual({ key: "r", by: "request" });
    expect(stickyKey({}, newId)).toEqual({ key: "new", by: "request" });
  });

  it("is never the empty id that all anonymous users share", () => {
    expect(stickyKey({ user: "", session: "", requestId: "r" }, () => "new").key).toBe("r");
  });
});

describe("shadow mode", () => {
  const pointer = { stable: "v1", canary: "v2", share: 0.2, salt: "shop#3" };

  it("makes the canary's share of all records the share of the rollout", () => {
    for (const part of [0.05, 0.2, 0.4, 0.5]) {
      const shadowed = users.filter((user) => isShadowed({ ...pointer, share: part }, user)).length;
      const all = users.length + shadowed;
      expect(Math.abs(shadowed / all - part)).toBeLessThan(within(part, all));
    }
  });

  it("shadows nobody at share 0 or without a canary, everybody from one half on, and drops nobody on a raise", () => {
    fc.assert(
      fc.property(fc.string(), share, share, (unit, a, b) => {
        const at = (part: number) => isShadowed({ ...pointer, share: part }, unit);
        expect(at(0)).toBe(false);
        expect(isShadowed({ ...pointer, canary: null }, unit)).toBe(false);
        expect(at(Math.max(0.5, a))).toBe(true);
        if (at(Math.min(a, b))) expect(at(Math.max(a, b))).toBe(true);
      }),
    );
  });
});

describe("the routes of a unit", () => {
  const pointer = { stable: "v1", canary: "v2", share: 0.2, salt: "shop#3", generation: 3 };
  const of = (key: string, part = pointer.share) =>
    routesOf({ pointer: { ...pointer, share: part }, source: "pointer" }, { key, by: "user" }, "v0", {
      v2: "p9",
      toString: "p0",
    });

  it("name variant, arm, prompt version, generation and trust", () => {
    const canary = { variant: "v2", arm: "canary", promptVersion: "p9", generation: 3, source: "pointer" };
    expect(of("u", 1).served).toEqual({ ...canary, stickyBy: "user" });
    expect(of("u", 0).served).toMatchObject({ variant: "v1", arm: "stable", promptVersion: "v1" });
    const lost = routesOf({ pointer: undefined, source: "fallback" }, { key: "u", by: "request" }, "v0", {});
    expect(lost).toEqual({
      served: {
        variant: "v0",
        arm: "stable",
        promptVersion: "v0",
        generation: null,
        source: "fallback",
        stickyBy: "request",
      },
      stable: expect.objectContaining({ variant: "v0" }),
    });
  });

  it("never move a unit from canary to stable when the share is raised", () => {
    fc.assert(
      fc.property(fc.string(), share, share, (unit, a, b) => {
        if (of(unit, Math.min(a, b)).served.arm === "canary")
          expect(of(unit, Math.max(a, b)).served.arm).toBe("canary");
      }),
    );
  });
});

describe("an experiment", () => {
  const shares = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), weight, { minKeys: 1, maxKeys: 5 });

  it("splits by the shares, relative to their sum", () => {
    const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (const user of users) {
      const variant = assignVariant("shop|experiment|tone", { a: 5, b: 3, c: 2 }, user) ?? "none";
      counts[variant] = (counts[variant] ?? 0) + 1;
    }
    for (const [variant, part] of Object.entries({ a: 0.5, b: 0.3, c: 0.2 }))
      expect(Math.abs((counts[variant] ?? 0) / users.length - part)).toBeLessThan(within(part, users.length));
  });

  it("moves units only into the variant whose share is raised, and nobody out of it", () => {
    fc.assert(
      fc.property(fc.string(), shares, weight, fc.nat(), (unit, before, more, pick) => {
        const names = Object.keys(before);
        const raised = names[pick % names.length] ?? "";
        const after = { ...before, [raised]: (before[raised] ?? 0) + more };
        const from = assignVariant("s", before, unit);
        const to = assignVariant("s", after, unit);
        if (from !== to) expect(to).toBe(raised);
      }),
    );
  });

  it("keeps everybody in the raised variant also when the others pay for it", () => {
    for (const user of users.slice(0, 5_000)) {
      if (assignVariant("s", { a: 0.5, b: 0.25, c: 0.25 }, user) === "b")
        expect(assignVariant("s", { a: 0.4, b: 0.35, c: 0.25 }, user)).toBe("b");
    }
  });

  it("does not depend on the order of the variants or on how the shares are scaled", () => {
    fc.assert(
      fc.property(fc.string(), shares, (unit, given) => {
        const turned = Object.fromEntries(Object.entries(given).reverse());
        expect(assignVariant("s", turned, unit)).toBe(assignVariant("s", given, unit));
        const doubled = Object.fromEntries(Object.entries(given).map(([name, part]) => [name, 2 * part]));
        expect(assignVariant("s", doubled, unit)).toBe(assignVariant("s", given, unit));
      }),
    );
  });

  it("is independent of the canary and of other experiments", () => {
    const pointer = { stable: "v1", canary: "v2", share: 0.5, salt: "shop#3" };
    const inB = (name: string, user: string) =>
      assignVariant(`shop|experiment|${name}`, { a: 1, b: 1 }, user) === "b";
    const canary = users.filter((user) => routeVariant(pointer, user) === "v2");
    const tone = users.filter((user) => inB("tone", user));
    const rate = (group: readonly string[]) =>
      group.filter((user) => inB("length", user)).length / group.length;
    for (const group of [canary, tone])
      expect(Math.abs(rate(group) - 0.5)).toBeLessThan(within(0.5, group.length));
    expect(Math.abs(canary.filter((user) => inB("tone", user)).length / canary.length - 0.5)).toBeLessThan(
      within(0.5, canary.length),
    );
  });

  it("has no answer for shares that make no sense, and never one of share 0", () => {
    const senseless: Record<string, number>[] = [
      {},
      { a: 0 },
      { a: 1, b: -1 },
      { a: Number.NaN },
      { a: Number.POSITIVE_INFINITY },
    ];
    for (const broken of senseless) expect(assignVariant("s", broken, "u")).toBeUndefined();
    for (const user of users.slice(0, 1_000)) expect(assignVariant("s", { a: 0, b: 1 }, user)).toBe("b");
  });

  it("gives every user the variant it always gave", () => {
    // Computed from the formulas with Python's hashlib and math.log1p.
    expect(positionOf("shop#3", "user-1")).toBe(0.9053672679456214);
    const shares = { plain: 2, warm: 1, brief: 1 };
    const given = users.slice(0, 12).map((user) => assignVariant("shop|experiment|tone", shares, user));
    expect(given.join(" ")).toBe("plain plain brief brief warm warm plain brief plain plain plain brief");
  });
});
