/** The simulated day: who is watched, and when what happens to it; instants in ms. */
export interface Story {
  readonly app: string;
  readonly stable: string;
  readonly canary: string;
  /** Share of users that the canary gets. */
  readonly share: number;
  readonly seed: number;
  /** Log records of the day, about. */
  readonly requests: number;
  readonly start: number;
  readonly canaryFrom: number;
  /** From here on the canary's prompt makes it hallucinate. */
  readonly turnsBadAt: number;
  /** End of the traffic; feedback keeps coming until `end`. */
  readonly dayEnd: number;
  readonly end: number;
}

const HOUR_MS = 3_600_000;
const CANARY_HOUR = 6;
const BAD_HOUR = 11;
const DAY_HOURS = 24;
/** Feedback comes up to 20 hours late. */
const END_HOUR = 44;

/** The day that `bellwether demo` plays. */
export function storyOf(seed: number, requests: number): Story {
  const start = Date.UTC(2026, 9, 6);
  const at = (hour: number): number => start + hour * HOUR_MS;
  return {
    app: "support-bot",
    stable: "v12",
    canary: "v13",
    share: 0.2,
    seed,
    requests,
    start,
    canaryFrom: at(CANARY_HOUR),
    turnsBadAt: at(BAD_HOUR),
    dayEnd: at(DAY_HOURS),
    end: at(END_HOUR),
  };
}
