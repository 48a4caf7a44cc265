import { overruns, type SubjectSpend } from "@bellwether/core/budget/limits";
import { describe, expect, it } from "vitest";
import { PICO } from "./histories.ts";

const spend = (kind: "tenant" | "user", subject: string, usd: number): SubjectSpend => ({
  kind,
  subject,
  picoUsd: usd * PICO,
  unpriced: 0,
});

describe("limits of tenants and users", () => {
  it("name who is over and by how much, the largest excess first, names in order", () => {
    const spends = [
      spend("user", "at-limit", 2),
      spend("user", "b", 3),
      spend("user", "a", 3),
      spend("user", "most", 9),
      spend("tenant", "acme", 9),
    ];
    const { tenant, user } = overruns(spends, { perUserUsd: 2 });
    expect(user.over.map(({ subject, overPicoUsd }) => [subject, overPicoUsd / PICO])).toEqual([
      ["most", 7],
      ["a", 1],
      ["b", 1],
    ]);
    expect(user.count).toBe(3);
    expect(tenant).toEqual({ over: [], count: 0 });
    expect(overruns([...spends].reverse(), { perUserUsd: 2 })).toEqual({ tenant, user });
  });

  it("name at most 200 and count all", () => {
    const spends = Array.from({ length: 500 }, (_, i) => spend("tenant", `t${i}`, 1 + i));
    const { tenant } = overruns(spends, { perTenantUsd: 0.5 });
    expect([tenant.over.length, tenant.count, tenant.over[0]?.subject]).toEqual([200, 500, "t499"]);
  });
});
