import { createClock } from "@bellwether/local/clock";
import { describe, expect, it } from "vitest";

describe("the virtual clock", () => {
  it("stands still until it is set", () => {
    const clock = createClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.set(1_500.5);
    expect(clock.now()).toBe(1_500.5);
  });

  it("never goes backwards and takes no nonsense", () => {
    const clock = createClock(1_000);
    expect(() => clock.set(999)).toThrow(RangeError);
    expect(() => clock.set(Number.NaN)).toThrow(RangeError);
    clock.set(1_000);
    expect(clock.now()).toBe(1_000);
  });

  it("is read through its buffer as one Float64", () => {
    const clock = createClock(1_764_000_000_123);
    expect(clock.buffer.byteLength).toBe(8);
    expect(new Float64Array(clock.buffer)[0]).toBe(1_764_000_000_123);
  });

  it("joins a shared clock without turning it back", () => {
    const clock = createClock(5_000);
    const joined = createClock(0, clock.buffer);
    expect(joined.now()).toBe(5_000);
    clock.set(6_000);
    expect(joined.now()).toBe(6_000);
    expect(createClock(7_000, clock.buffer).now()).toBe(7_000);
    expect(clock.now()).toBe(7_000);
  });
});
