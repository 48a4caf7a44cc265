/** A deterministic source of randomness; the same key gives the same numbers on every machine. */
export interface Random {
  /** Uniform on [0, 1). */
  next(): number;
  chance(probability: number): boolean;
  /** Uniform on [low, high). */
  between(low: number, high: number): number;
  /** A uniform integer in [low, high], both included. */
  integer(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** Log-normal with this median and this standard deviation of the logarithm. */
  logNormal(median: number, sigma: number): number;
  /** A random (version 4) UUID. */
  uuid(): string;
}

/** A stream for a key of at most three unsigned 32-bit numbers (Doty-Humphrey's sfc32, whose 128-bit state keeps keys apart). */
export function randomFor(seed: number, first = 0, second = 0): Random {
  let a = seed >>> 0;
  let b = first >>> 0;
  let c = second >>> 0;
  let counter = 1;
  const bits = (): number => {
    const sum = (((a + b) >>> 0) + counter++) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum;
  };
  for (let round = 0; round < 16; round++) bits();

  const next = (): number => bits() / 2 ** 32;
  const between = (low: number, high: number): number => low + next() * (high - low);
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    integer,
    chance: (probability) => next() < probability,
    pick<T>(items: readonly T[]): T {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new RangeError("nothing to pick from");
      return item;
    },
    logNormal(median, sigma) {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * next()));
    },
    uuid() {
      const hex = [bits(), bits(), bits(), bits()].map((word) => word.toString(16).padStart(8, "0")).join("");
      const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}
