/** Uniform numbers in (0, 1) from a 32-bit seed (splitmix32, Steele et al. 2014). */
function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e_37_79_b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21_f0_aa_ad);
    z = Math.imul(z ^ (z >>> 15), 0x73_5a_2d_97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32 + 2 ** -33;
  };
}

/**
 * Random Fourier features of the Gaussian kernel with standard deviation `bandwidth` (Rahimi & Recht 2007): a map of
 * sparse vectors to D^-½ [cos Wv, sin Wv] with D = `features` rows W ~ N(0, 1/bandwidth²); every image has length 1.
 */
export function randomFeatures(
  seed: number,
  dimensions: number,
  bandwidth: number,
  features = 64,
): (vector: readonly (readonly [index: number, value: number])[]) => Float64Array {
  const next = uniforms(seed);
  const weights = Float64Array.from(
    { length: dimensions * features },
    () => (Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())) / bandwidth,
  );
  const scale = 1 / Math.sqrt(features);
  return (vector) => {
    const angles = new Float64Array(features);
    for (const [index, value] of vector) {
      // Rows of one input coordinate lie together: a sparse vector reads few of them.
      const row = index * features;
      for (let k = 0; k < features; k++) angles[k] = (angles[k] ?? 0) + value * (weights[row + k] ?? 0);
    }
    const out = new Float64Array(2 * features);
    for (let k = 0; k < features; k++) {
      const angle = angles[k] ?? 0;
      out[k] = scale * Math.cos(angle);
      out[features + k] = scale * Math.sin(angle);
    }
    return out;
  };
}
