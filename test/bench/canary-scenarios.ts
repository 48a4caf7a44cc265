import type { Scheme } from "../support/simulate-arms.ts";

export const REQUESTS_PER_MINUTE = 100;
export const MEAN = 0.86;
export const SD = 0.18;
export const LOOKS = 5_000;
export const SHARE = 0.1;
export const DROPS = { d03: 0.03, d05: 0.05, d10: 0.1, d20: 0.2 } as const;
export const ONSETS = { items0: 0, items2k: 2_000, items10k: 10_000 } as const;
export const SCHEMES = ["A", "B", "C", "D"] as const satisfies readonly Scheme[];
/** A canary this much worse must not be promoted. */
export const PROMOTION_MARGIN = 0.03;
/** A user's own level, and how many of them. */
export const USERS = { count: 500, sd: 0.08 } as const;

/**
 * What is asked at each look: `quality` is the product's mixture over start cells at margin 0; `from_start` the bets
 * alone; `with_margin` the mixture at the product's margin; `as_shipped` that, combined with four silent metrics;
 * `promotion` whether the canary is surely less than the promotion margin worse.
 */
export type Detector = "quality" | "from_start" | "with_margin" | "as_shipped" | "promotion";

/** A stretch of minutes in which nothing changes. */
interface Stage {
  readonly minutes: number;
  readonly share: number;
  readonly requestsPerMinute: number;
  /** Of stable, and of the canary while it is healthy. */
  readonly mean: number;
}

export interface Scenario {
  readonly name: string;
  /** Runs for each thousand of `--runs`. */
  readonly perThousand: number;
  readonly scheme: Scheme;
  readonly stages: readonly Stage[];
  /** The canary's fall of mean score, and the judged items of both arms before it. */
  readonly drop: number;
  readonly onset: number;
  readonly sticky: boolean;
  readonly detectors: readonly Detector[];
  readonly peers: boolean;
}

const PEACE: Stage = { minutes: LOOKS, share: SHARE, requestsPerMinute: REQUESTS_PER_MINUTE, mean: MEAN };
const BASE = {
  perThousand: 1_000,
  scheme: "D",
  stages: [PEACE],
  drop: 0,
  onset: 0,
  sticky: false,
  detectors: ["quality"],
  peers: false,
} as const satisfies Omit<Scenario, "name">;

const DAY_MINUTES = 1_440;
const STAGE_MINUTES = 10;
/** Levels move in these steps. */
const LEVEL = 0.005;
const RAMP = [0.05, 0.25, 0.5] as const;
const DRIFT = { from: 0.89, to: 0.82 } as const;
const SWING = { traffic: 0.5, mean: 0.04 } as const;

const stagesOver = (minutes: number, at: (minute: number) => Omit<Stage, "minutes">): Stage[] =>
  Array.from({ length: minutes / STAGE_MINUTES }, (_, index) => {
    const stage = at(index * STAGE_MINUTES);
    return { ...stage, minutes: STAGE_MINUTES, mean: LEVEL * Math.round(stage.mean / LEVEL) };
  });

/** 5, 25 and 50 % in eight hours each, while both arms fall together. */
const ramp = stagesOver(DAY_MINUTES, (minute) => ({
  ...PEACE,
  share: RAMP[Math.floor((minute / DAY_MINUTES) * RAMP.length)] ?? SHARE,
  mean: DRIFT.from + ((DRIFT.to - DRIFT.from) * minute) / DAY_MINUTES,
}));

/** Traffic and scores of both arms go with the time of day. */
const diurnal = stagesOver(LOOKS, (minute) => {
  const wave = Math.sin((2 * Math.PI * minute) / DAY_MINUTES);
  return {
    ...PEACE,
    requestsPerMinute: REQUESTS_PER_MINUTE * (1 + SWING.traffic * wave),
    mean: MEAN + SWING.mean * wave,
  };
});

export const SCENARIOS: readonly Scenario[] = [
  ...SCHEMES.map((scheme) => ({ ...BASE, name: scheme, scheme, peers: true })),
  { ...BASE, name: "ramp", stages: ramp },
  { ...BASE, name: "diurnal", stages: diurnal },
  { ...BASE, name: "sticky500WithMargin", sticky: true, detectors: ["with_margin"] },
  { ...BASE, name: "sticky500NoMargin", sticky: true, perThousand: 250 },
  ...Object.entries(DROPS).map(([name, drop]) => ({
    ...BASE,
    name,
    drop,
    // A drop of .03 is barely beyond the product's margin: days, not minutes.
    detectors: ["quality", "from_start", ...(drop > 0.03 ? (["as_shipped"] as const) : [])] as const,
    peers: true,
  })),
  ...Object.entries(ONSETS).map(([name, onset]) => ({
    ...BASE,
    name,
    onset,
    drop: DROPS.d05,
  })),
  { ...BASE, name: "falsePromotion", drop: PROMOTION_MARGIN, detectors: ["promotion"] },
  { ...BASE, name: "promotion", perThousand: 250, detectors: ["promotion"] },
];

/** Baseline mean of the bets: stable's level when the canary starts. */
export const baselineOf = ({ stages }: Scenario): number => stages[0]?.mean ?? MEAN;
