/** Six fixed bets against "the canary is not worse by more than delta", for one value of q. */
export interface BettingGrid {
  /** The bets λ_j, in (0, 0.95/bound]. */
  readonly lam: readonly number[];
  /** G > 0 with g ≥ −G for every arm and every value in [0, 1], so that 1 + λg ≥ 0.05. */
  readonly bound: number;
  /** Tolerated difference of means in harm's direction; negative when the bet is on "not worse". */
  readonly delta: number;
  /** m0, the stable mean frozen before the first value; any constant is valid, a near one is powerful. */
  readonly baseline: number;
  /** Probability that a judged value comes from the canary, in (0, 1). */
  readonly q: number;
  readonly direction: "lower_is_harm" | "higher_is_harm";
}

/** `count` judged values of one arm, all equal to `value` in [0, 1]. */
export interface ArmValue {
  readonly arm: "canary" | "stable";
  readonly value: number;
  readonly count: number;
}

interface GridSettings {
  readonly q: number;
  readonly baseline: number;
  readonly sd: number;
  readonly delta: number;
}

const BETS = 6;
/** Share of the largest admissible bet that the boldest bet uses; 1 would risk everything on one value. */
const BOLDEST = 0.95;
/** The smallest fall of a quality score worth catching, in score units. */
const SMALLEST_DROP = 0.02;
/** The boldest bet on "not worse" over the most timid one, at least: of a rare event even an even canary's first ruins a bold bet. */
const TIMID_PROMOTION = 8;
/** Effect sizes of the cost bets, as shares of the baseline. */
const COST_EFFECTS = [0.03, 0.06, 0.12, 0.25, 0.5, 1] as const;

function checkSettings({ q, baseline, sd, delta }: GridSettings): void {
  if (!(q > 0 && q < 1)) throw new RangeError(`q must lie in (0, 1), got ${q}`);
  if (!(baseline >= 0 && baseline <= 1)) throw new RangeError(`baseline must lie in [0, 1], got ${baseline}`);
  if (!(sd >= 0)) throw new RangeError(`sd must be ≥ 0, got ${sd}`);
  if (!Number.isFinite(delta)) throw new RangeError(`delta must be finite, got ${delta}`);
}

/** G: g is smallest at the best canary value or the worst stable value, seen from harm's direction. */
function boundOf(direction: BettingGrid["direction"], { q, baseline: m0, delta }: GridSettings): number {
  const bound =
    direction === "lower_is_harm"
      ? Math.max((1 - m0) / q, m0 / (1 - q)) + delta
      : Math.max(m0 / q, (1 - m0) / (1 - q)) + delta;
  if (!(bound > 0)) throw new RangeError(`a margin of ${-delta} leaves nothing to test`);
  return bound;
}

function varianceOfPhi({ q, sd }: GridSettings): number {
  return sd * sd * (1 / q + 1 / (1 - q));
}

function gridOf(
  direction: BettingGrid["direction"],
  settings: GridSettings,
  bets: (boldest: number) => number[],
): BettingGrid {
  const bound = boundOf(direction, settings);
  const { q, baseline, delta } = settings;
  return { lam: bets(BOLDEST / bound), bound, delta, baseline, q, direction };
}

function logSpaced(settings: GridSettings, boldest: number, largestTimid = boldest): number[] {
  const timid = Math.min(largestTimid, SMALLEST_DROP / varianceOfPhi(settings));
  return Array.from({ length: BETS }, (_, j) => timid * (boldest / timid) ** (j / (BETS - 1)));
}

/** Bets for a score in [0, 1] where lower is harm: log-spaced from .02/(sd²(1/q+1/(1−q))) to .95/G. */
export function qualityGrid(settings: GridSettings): BettingGrid {
  checkSettings(settings);
  return gridOf("lower_is_harm", settings, (boldest) => logSpaced(settings, boldest));
}

/** Bets for a cost capped and scaled to [0, 1] where higher is harm, at 3 % to 100 % of a baseline > 0. */
export function costGrid(settings: GridSettings): BettingGrid {
  checkSettings(settings);
  if (settings.baseline === 0) throw new RangeError("a cost baseline of 0 has no percentages to bet on");
  const spread = varianceOfPhi(settings);
  return gridOf("higher_is_harm", settings, (boldest) =>
    COST_EFFECTS.map((effect) => Math.min(boldest, (effect * settings.baseline) / spread)),
  );
}

/**
 * Bets that the canary is *not* worse by `margin` or more, the evidence that allows promotion.
 *
 * Non-inferiority is the rollback bet turned round: g = φ + margin for a score, g = −φ + margin for a cost, hence
 * the opposite direction and delta = −margin. Throws RangeError if the margin exceeds every possible difference.
 */
export function promotionGrid(settings: {
  readonly q: number;
  readonly baseline: number;
  readonly sd: number;
  readonly margin: number;
  readonly harm: BettingGrid["direction"];
}): BettingGrid {
  const { q, baseline, sd, margin, harm } = settings;
  const turned = { q, baseline, sd, delta: -margin };
  checkSettings(turned);
  const direction = harm === "lower_is_harm" ? "higher_is_harm" : "lower_is_harm";
  return gridOf(direction, turned, (boldest) => logSpaced(turned, boldest, boldest / TIMID_PROMOTION));
}

/**
 * Σ count·ln(1 + λ_j·g) per bet j, the log-wealth that these values add, with g = ±φ − delta and
 * φ = (1{canary}/q − 1{stable}/(1−q))·(value − m0).
 *
 * Increments add up in any order and partition; the mean over j of exp(sum) is a test supermartingale while the
 * difference of means is at most delta (Waudby-Smith & Ramdas 2023). Throws RangeError for a value outside [0, 1].
 */
export function bettingIncrement(grid: BettingGrid, values: Iterable<ArmValue>): number[] {
  const sign = grid.direction === "higher_is_harm" ? 1 : -1;
  const sums = grid.lam.map(() => 0);
  for (const { arm, value, count } of values) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`a value to bet on lies in [0, 1], got ${value}`);
    if (!(Number.isInteger(count) && count >= 0))
      throw new RangeError(`a count is a whole number ≥ 0, got ${count}`);
    if (count === 0) continue;
    const share = arm === "canary" ? 1 / grid.q : -1 / (1 - grid.q);
    const g = sign * share * (value - grid.baseline) - grid.delta;
    grid.lam.forEach((lam, j) => {
      sums[j] = (sums[j] ?? 0) + count * Math.log1p(lam * g);
    });
  }
  return sums;
}
