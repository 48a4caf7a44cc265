/** A vector by its non-zero entries, as `[index, value]`. */
export type SparseVector = readonly (readonly [number, number])[];

/** Random Fourier features φ(v) of a Gaussian kernel: 2·features numbers, |φ| = 1. */
export type FeatureMap = (vector: SparseVector | Float32Array | Float64Array) => Float64Array;

/** A generator of uniforms in (0, 1) for one column of the matrix (splitmix32 seeded by both numbers). */
function uniforms(seed: number, column: number): () => number {
  const mix = (value: number): number => {
    let t = value | 0;
    t = Math.imul(t ^ (t >>> 16), 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return t ^ (t >>> 15);
  };
  let state = mix(mix(seed) ^ Math.imul(column + 1, 0x9e3779b9));
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return ((mix(state) >>> 0) + 0.5) / 4294967296;
  };
}

/** `count` independent normals with the given sd (Box & Muller 1958). */
function normalColumn(uniform: () => number, count: number, sd: number): Float64Array {
  const column = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = sd * Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    column[i] = radius * Math.cos(angle);
    if (i + 1 < count) column[i + 1] = radius * Math.sin(angle);
  }
  return column;
}

/**
 * φ(v) = features^−½ · [cos Wv, sin Wv] with W ~ N(0, 1/bandwidth²), so that φ(v)·φ(w) ≈ exp(−|v−w|²/(2·bandwidth²))
 * (Rahimi & Recht 2007); vectors have `dimensions` entries.
 *
 * The same seed gives the same map everywhere; columns of W are made when first needed. Throws RangeError for an index
 * outside the dimensions, a dense vector of another length or a bandwidth that is not positive.
 */
export function randomFeatures(
  seed: number,
  dimensions: number,
  bandwidth: number,
  features = 64,
): FeatureMap {
  if (!(bandwidth > 0)) throw new RangeError(`a bandwidth is positive, got ${bandwidth}`);
  const columns: (Float64Array | undefined)[] = [];
  const scale = 1 / Math.sqrt(features);
  const angles = new Float64Array(features);

  const add = (index: number, value: number): void => {
    if (value === 0) return;
    if (!(Number.isInteger(index) && index >= 0 && index < dimensions))
      throw new RangeError(`index ${index} is not below ${dimensions}`);
    let column = columns[index];
    if (column === undefined) {
      column = normalColumn(uniforms(seed, index), features, 1 / bandwidth);
      columns[index] = column;
    }
    for (let i = 0; i < features; i++) angles[i] = (angles[i] as number) + value * (column[i] as number);
  };

  return (vector) => {
    angles.fill(0);
    if (ArrayBuffer.isView(vector)) {
      if (vector.length !== dimensions)
        throw new RangeError(`a vector has ${dimensions} entries, got ${vector.length}`);
      vector.forEach((value, index) => {
        add(index, value);
      });
    } else for (const [index, value] of vector) add(index, value);
    const phi = new Float64Array(2 * features);
    for (let i = 0; i < features; i++) {
      phi[i] = scale * Math.cos(angles[i] as number);
      phi[features + i] = scale * Math.sin(angles[i] as number);
    }
    return phi;
  };
}
