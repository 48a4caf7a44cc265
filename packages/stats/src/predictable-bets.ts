/** What is known of a [0, 1] sequence before its next value, with one fake observation of mean 1/2 and variance 1/4. */
export interface Predicted {
  readonly value: number;
  /** Mean of the fake and all earlier values. */
  readonly mean: number;
  /** √(2·ln(2/α)/(s²·t·ln(1+t))), the bet that shrinks an interval at time t fastest; > 0, not yet truncated. */
  readonly bet: number;
}

/**
 * Every value with the plug-in mean and bet that only its predecessors determine (Waudby-Smith & Ramdas 2023,
 * eq. 15 and 26); throws RangeError for a value outside [0, 1].
 */
export function predictableBets(values: readonly number[], alpha: number): Predicted[] {
  let sum = 0.5;
  let squares = 0.25;
  return values.map((value, i) => {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`a bounded value lies in [0, 1], got ${value}`);
    const t = i + 1;
    const mean = sum / t;
    const bet = Math.sqrt((2 * Math.log(2 / alpha)) / (squares * Math.log1p(t)));
    sum += value;
    squares += (value - sum / (t + 1)) ** 2;
    return { value, mean, bet };
  });
}
