/** A uniform generator on [0, 1), mulberry32: the same 32-bit seed gives the same sequence on every machine. */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Fills an array with indices below n > 0, uniform and independent: ⌊n·u⌋ of the values of `seededUniform`, many at a time. */
export function seededIndices(seed: number, n: number): (into: Uint32Array) => void {
  let kept = seed | 0;
  return (into) => {
    // A local integer, as one in a closure is boxed at every step.
    let state = kept;
    for (let i = 0; i < into.length; i++) {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      into[i] = (n * ((t ^ (t >>> 14)) >>> 0)) / 4294967296;
    }
    kept = state;
  };
}
