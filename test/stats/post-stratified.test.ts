import { emptyMoments, mergeMoments, observe } from "@bellwether/stats/moments";
import { postStratifiedMean, type Stratum } from "@bellwether/stats/post-stratified";
import { describe, expect, it } from "vitest";

const stratum = (pi: number, N: number, ys: readonly number[]): Stratum => ({
  pi,
  moments: { ...ys.reduce((m, y) => observe(m, y, pi), emptyMoments()), N },
});
const join = (a: Stratum, b: Stratum): Stratum => ({
  pi: a.pi,
  moments: mergeMoments(a.moments, b.moments),
});

function expectSame(strata: readonly Stratum[], joined: readonly Stratum[]): void {
  const [actual, expected] = [postStratifiedMean(strata), postStratifiedMean(joined)];
  expect(actual?.mean).toBeCloseTo(expected?.mean ?? Number.NaN, 12);
  expect(actual?.variance).toBeCloseTo(expected?.variance ?? Number.NaN, 12);
  expect(actual?.nEff).toBeCloseTo(expected?.nEff ?? Number.NaN, 12);
}

describe("a stratum with fewer than 2 observations", () => {
  const fat = stratum(0.2, 50, [0.1, 0.3, 0.2]);
  it("joins the only other one", () => {
    const thin = stratum(0.01, 100, [0.9]);
    expectSame([thin, fat], [join(fat, thin)]);
  });
  it("joins the neighbour above when that is nearer in ratio, the one below when that is", () => {
    const thin = stratum(0.05, 40, [0.9]);
    const below = stratum(0.004, 500, [0.8, 0.6]);
    expectSame([below, thin, fat], [below, join(fat, thin)]);
    const near = stratum(0.02, 500, [0.8, 0.6]);
    expectSame([near, thin, fat], [join(near, thin), fat]);
  });
  it("is settled from the smallest pi upwards, so that the order of strata does not matter", () => {
    const [first, second] = [stratum(0.01, 100, [0.9]), stratum(0.1, 60, [0.7])];
    // The first joins the second, which is then no longer thin and stays out of the third.
    const joined = [join(second, first), fat];
    for (const strata of [
      [first, second, fat],
      [second, first, fat],
      [fat, second, first],
    ]) {
      expectSame(strata, joined);
    }
  });
  it("adds nothing when it had no request either", () => {
    expectSame([stratum(0.15, 0, []), fat, stratum(1, 30, [0.5, 0.4])], [fat, stratum(1, 30, [0.5, 0.4])]);
  });
  it("alone has no variance to show", () => {
    expect(postStratifiedMean([stratum(0.5, 3, [0.5])])).toMatchObject({ mean: 0.5, variance: 0, n: 1 });
  });
});
